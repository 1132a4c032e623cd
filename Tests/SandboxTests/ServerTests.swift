import Testing

/// The tests on real servers. One after the other: some share a sandbox, and together they would only wait for each other.
@Suite(.serialized)
enum ServerTests {}
