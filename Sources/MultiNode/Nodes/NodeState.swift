/// What a database reports about itself when it is asked directly as a data node.
package struct NodeState: Sendable, Equatable {
    /// The identity of the cluster that the database belongs to; nil if it belongs to none.
    package let cluster: String?
    /// Whether it is an access node, or a copy of one.
    package let isAccessNode: Bool
    package let extensionVersion: String?
    /// `server_version_num`.
    package let serverVersion: Int
    package let isInRecovery: Bool
    /// How many distributed transactions are prepared in its database.
    package let inDoubt: Int
    /// The oids of the access node's foreign servers that these transactions were sent to.
    package let preparedFor: Set<String>
    package let server: ServerIdentity?
    package let database: String?
    /// What is there of the contents that were asked for.
    package let contents: NodeContents
    /// Whether it has no hypertable and no chunk.
    package let isBlank: Bool

    /// - Parameter row: of ``query(expecting:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        cluster = row["cluster"]
        isAccessNode = row["cluster"] != nil && row["cluster"] == row["own_identity"]
        extensionVersion = row["extension_version"]
        serverVersion = row.integer("server_version")
        isInRecovery = row.flag("in_recovery")
        inDoubt = row.integer("in_doubt")
        preparedFor = Set(row.array("prepared_for"))
        server = ServerIdentity(row: row)
        database = row["database"]
        contents = NodeContents(row: row)
        isBlank = row.flag("blank")
    }

    /// The size of the database in bytes, one value. The server looks at each of its files.
    package static let size: SQL = "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())"

    /// For a database with the catalog of TimescaleDB; one row.
    package static func query(expecting contents: NodeContents) -> SQL {
        """
        SELECT (SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid') AS cluster,
               (SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'uuid') AS own_identity,
               (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'timescaledb') AS extension_version,
               pg_catalog.current_setting('server_version_num') AS server_version,
               pg_catalog.pg_is_in_recovery() AS in_recovery,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_xacts
                 WHERE database = pg_catalog.current_database() AND gid LIKE 'ts-%') AS in_doubt,
               ARRAY(SELECT DISTINCT pg_catalog.split_part(gid, '-', 4) FROM pg_catalog.pg_prepared_xacts
                      WHERE database = pg_catalog.current_database() AND gid LIKE 'ts-%') AS prepared_for,
               \(raw: ServerIdentity.columns),
               pg_catalog.current_database() AS database,
               \(raw: contents.there),
               NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable)
                   AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk WHERE NOT dropped) AS blank
        """
    }
}
