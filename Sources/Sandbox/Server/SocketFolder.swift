/// Where the servers' Unix-domain sockets can be.
package enum SocketFolder {
    /// Whether a folder can hold a socket that servers and libpq can name.
    ///
    /// The whole path of a socket has at most 107 bytes on Linux. libpq takes a comma for the end of a host, and so does
    /// `unix_socket_directories` (libpq manual, "host").
    package static func isUsable(_ folder: String) -> Bool {
        "\(folder)/.s.PGSQL.65535".utf8.count <= 107 && !folder.contains(",")
    }

    /// The name for a short folder; nobody can guess it and be there first.
    static func shortName() -> String {
        "/tmp/tscl-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
