/// The way from one data node to another, which copies of chunks take: the node that gets a chunk connects to the one that
/// has it, with the connection string that the access node makes for its own way there (TimescaleDB,
/// `remote_connection_get_connstr`). Files that it names are looked for on the machine of the node that connects.
package struct NodePassage: Sendable {
    /// What the access node adds to the options of its servers, by the role's name on the node.
    private let additions: [String: [String: String]]
    private let withPassword: Set<String>

    /// - Parameters:
    ///   - additions: rows of ``additions(for:)``.
    ///   - passwords: rows of ``passwords``.
    package init(_ additions: [[String: String?]], passwords: [[String: String?]]) {
        withPassword = Set(passwords.compactMap { Row($0)["node"] })
        var byRole: [String: [String: String]] = [:]
        for row in additions.map({ Row($0) }) {
            guard let role = row["role"] else { continue }
            var options: [String: String] = [:]
            options["passfile"] = row["passfile"]
            if row.flag("ssl") {
                options["sslmode"] = "require"
                options["sslrootcert"] = row["authority"]
                options["sslcert"] = row["certificate"].map { $0 + ".crt" }
                options["sslkey"] = row["certificate"].map { $0 + ".key" }
            }
            byRole[role] = options
        }
        self.additions = byRole
    }

    /// The files that the access node looks for, for roles as they are called on the nodes: columns `role`, `passfile`, `ssl`,
    /// `authority` and `certificate`, which lacks the ending.
    package static func additions(for roles: [String]) -> SQL {
        """
        SELECT r.role, f.passfile, f.ssl, f.authority, f.folder || '/' || pg_catalog.md5(r.role) AS certificate
          FROM pg_catalog.unnest(\(roles, type: "text[]")) AS r (role)
         CROSS JOIN (
               SELECT COALESCE(NULLIF(pg_catalog.current_setting('timescaledb.passfile', true), ''), d || '/passfile')
                          AS passfile,
                      pg_catalog.current_setting('ssl') = 'on' AS ssl,
                      NULLIF(pg_catalog.current_setting('ssl_ca_file'), '') AS authority,
                      COALESCE(NULLIF(pg_catalog.current_setting('timescaledb.ssl_dir', true), ''),
                               d || '/timescaledb/certs') AS folder
                 FROM pg_catalog.current_setting('data_directory') AS d) f
        """
    }

    /// The nodes for which the current role's user mapping has a password: column `node`. The password itself is not read.
    package static let passwords: SQL = """
        SELECT u.srvname AS node
          FROM pg_catalog.pg_user_mappings u
         WHERE (u.umuser = 0 OR u.usename = current_user)
           AND EXISTS (SELECT FROM pg_catalog.pg_options_to_table(u.umoptions) WHERE option_name = 'password')
        """

    /// Has a node connect to another, so that it says why it can't. It changes nothing: to be sent in a transaction that is
    /// rolled back.
    ///
    /// - Parameter role: as whom.
    /// - Returns: nil if the access node's password for that role would be in the statement.
    package func visit(_ node: DataNode, as role: String) -> SQL? {
        guard !withPassword.contains(node.name) else { return nil }
        var options = node.serverOptions.filter { !Self.ofWrapper.contains($0.key) }
        options["host"] = node.host
        if options["port"] == nil { options["port"] = String(node.port) }
        options["dbname"] = node.database
        options["user"] = role
        options.merge(additions[role] ?? [:]) { $1 }
        let conninfo = options.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
        return """
            CREATE SUBSCRIPTION \(identifier: "tscl_reach_\(node.serverOID)")
            CONNECTION \(literal: conninfo.joined(separator: " ")) PUBLICATION tscl_reach
            WITH (create_slot = false, enabled = false, slot_name = NONE, copy_data = false)
            """
    }

    /// What a server of TimescaleDB's has besides libpq's options.
    private static let ofWrapper: Set = [
        "available", "copy_rows_per_message", "extensions", "fdw_startup_cost", "fdw_tuple_cost", "fetch_size",
        "reference_tables",
    ]

    /// Keeps the server from warning that there is no such publication, in the transaction.
    package static let quietly: SQL = "SET LOCAL client_min_messages = error"

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
