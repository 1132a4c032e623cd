internal import CLibPQ

/// The version of libpq that runs.
package enum LibraryVersion {
    /// Such as 150018 for 15.18 (libpq, `PQlibVersion`).
    package static var number: Int { Int(PQlibVersion()) }
}
