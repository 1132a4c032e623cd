import CLibPQ

/// The version of the libpq that is loaded.
package enum LibraryVersion {
    /// Such as 150018 for 15.18 (libpq, `PQlibVersion`).
    package static var number: Int { Int(PQlibVersion()) }
}
