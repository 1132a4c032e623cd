/// Why an operation can't be expressed in SQL; thrown before anything is sent.
package enum MultiNodeError: Error, Sendable, Equatable {
    /// The text is not a valid name: empty, too long, or badly quoted.
    case invalidName(String, reason: String)
    /// This server's TimescaleDB can't do it.
    case unsupported(String, help: String?)

    /// One sentence, without a full stop.
    package var message: String {
        switch self {
        case .invalidName(let name, let reason): "'\(name)' can't be a name: \(reason)"
        case .unsupported(let message, _): message
        }
    }

    /// What to do instead.
    package var help: String? {
        switch self {
        case .invalidName: nil
        case .unsupported(_, let help): help
        }
    }
}
