/// What a data node reports about itself when it is asked directly.
package struct NodeState: Sendable, Equatable {
    package let extensionVersion: String?
    /// `server_version_num`.
    package let serverVersion: Int
    package let isInRecovery: Bool
    /// How many distributed transactions are prepared in its database.
    package let inDoubt: Int
    /// Identifies the server, whatever address it is reached at; nil if the role may not read it.
    package let systemIdentifier: String?

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        extensionVersion = row["extension_version"]
        serverVersion = row.integer("server_version")
        isInRecovery = row.flag("in_recovery")
        inDoubt = row.integer("in_doubt")
        systemIdentifier = row["system_identifier"]
    }

    package static let query: SQL = """
        SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'timescaledb') AS extension_version,
               pg_catalog.current_setting('server_version_num') AS server_version,
               pg_catalog.pg_is_in_recovery() AS in_recovery,
               (SELECT count(*) FROM pg_catalog.pg_prepared_xacts
                 WHERE database = pg_catalog.current_database() AND gid LIKE 'ts-%') AS in_doubt,
               \(raw: Capabilities.systemIdentifier) AS system_identifier
        """
}
