/// A data node as the access node knows it.
package struct DataNode: Sendable, Equatable {
    package let name: String
    package let host: String
    package let port: Int
    package let database: String
    package let owner: String
    /// What is not said is available: the option is missing until a node was marked.
    package let available: Bool
    /// The number of its foreign server, which healing names it by.
    package let serverOID: String

    /// All data nodes, by name.
    package static func list(_ capabilities: Capabilities) -> SQL {
        """
        SELECT n.node_name, n.owner, s.oid AS server_oid,
            (SELECT option_value FROM pg_options_to_table(s.srvoptions) WHERE option_name = 'host') AS host,
            (SELECT option_value FROM pg_options_to_table(s.srvoptions) WHERE option_name = 'port') AS port,
            (SELECT option_value FROM pg_options_to_table(s.srvoptions) WHERE option_name = 'dbname') AS database,
            (SELECT option_value FROM pg_options_to_table(s.srvoptions) WHERE option_name = 'available') AS available
        FROM timescaledb_information.data_nodes n JOIN pg_foreign_server s ON s.srvname = n.node_name
        ORDER BY n.node_name
        """
    }

    package init(row: [String: String?]) {
        func text(_ name: String) -> String { (row[name] ?? nil) ?? "" }
        name = text("node_name")
        host = text("host")
        port = Int(text("port")) ?? 5432
        database = text("database")
        owner = text("owner")
        available = !["false", "off", "no", "0", "f"].contains(text("available"))
        serverOID = text("server_oid")
    }
}

/// What a data node says of itself when it is asked directly.
package struct NodeState: Sendable, Equatable {
    package let extensionVersion: String?
    package let isInRecovery: Bool
    /// How many distributed transactions are prepared in its database.
    package let inDoubt: Int
    /// Tells servers apart, whatever names they are reached by.
    package let systemIdentifier: String?

    package static let query: SQL = """
        SELECT (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS extension_version,
            pg_is_in_recovery() AS in_recovery,
            (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE 'ts-%') AS in_doubt,
            CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                THEN (SELECT system_identifier FROM pg_control_system()) END AS system_identifier
        """

    package init(row: [String: String?]) {
        extensionVersion = row["extension_version"] ?? nil
        isInRecovery = row["in_recovery"] == "t"
        inDoubt = (row["in_doubt"] ?? nil).flatMap { Int($0) } ?? 0
        systemIdentifier = row["system_identifier"] ?? nil
    }
}
