import Glibc
import Postgres

/// The options of a node's foreign server, as far as tscl's own connection to the node can use them, too.
struct ServerOptions {
    let usable: [(keyword: String, value: String)]
    /// The options with files that are on the access node's machine only.
    let files: [String]

    /// - Parameters:
    ///   - options: by name.
    ///   - accessNode: the connection to it, which tells whether it is on this machine.
    ///   - canRead: whether a file can be read here.
    init(
        _ options: [String: String], accessNode: ConnectionInfo,
        canRead: (String) -> Bool = { access($0, R_OK) == 0 }
    ) {
        let isHere =
            accessNode.isLocalSocket || accessNode.hostAddress == "::1" || accessNode.hostAddress.hasPrefix("127.")
        var usable: [(keyword: String, value: String)] = []
        var files: [String] = []
        for (keyword, value) in options.sorted(by: { $0.key < $1.key }) {
            if Self.plain.contains(keyword) {
                usable.append((keyword, value))
            } else if Self.naming.contains(keyword) {
                // A port of this machine may lead to another machine, so the file itself decides, too.
                if Self.isNoFile(value, keyword) || isHere && canRead(value) {
                    usable.append((keyword, value))
                } else {
                    files.append(keyword)
                }
            }
        }
        (self.usable, self.files) = (usable, files)
    }

    /// An error of the connection, with the options that were left out.
    func explained(_ error: ClusterError) -> ClusterError {
        guard !files.isEmpty, error.kind != .interrupted else { return error }
        var error = error
        error.remedy =
            "the access node's files of \(files.joined(separator: ", ")) can't be read here; the same options of tscl's "
            + "own connection to the access node (-d) or PGSSLROOTCERT and its like name others"
        return error
    }

    /// Values that are no names of files.
    private static func isNoFile(_ value: String, _ keyword: String) -> Bool {
        value.isEmpty || keyword == "sslrootcert" && value == "system"
    }

    /// Keywords of libpq that any machine can use. Those of the login are not among them: the role is tscl's own. Nor
    /// are those that this libpq may not know, which would refuse the whole connection.
    private static let plain: Set = [
        "port", "hostaddr", "target_session_attrs", "sslmode", "sslcompression", "sslsni", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "channel_binding", "gssencmode", "krbsrvname", "gsslib", "requirepeer",
        "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout",
    ]
    private static let naming: Set = ["sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"]
}
