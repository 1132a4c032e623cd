/// A data node as the access node knows it.
package struct DataNode: Sendable, Hashable {
    package let name: String
    /// The oid of the foreign server; it is part of the gids of this node's distributed transactions.
    package let serverOID: UInt32
    package var host: String
    package var port: Int
    package var database: String
    package let owner: String
    /// False after `node disable`.
    package let isAvailable: Bool
    /// Some of what the access node has there, by which the node is known.
    package var contents: NodeContents

    package init(
        name: String, serverOID: UInt32 = 0, host: String, port: Int = 5432, database: String, owner: String = "",
        isAvailable: Bool = true, contents: NodeContents = NodeContents()
    ) {
        self.name = name
        self.serverOID = serverOID
        self.host = host
        self.port = port
        self.database = database
        self.owner = owner
        self.isAvailable = isAvailable
        self.contents = contents
    }

    /// - Parameter row: of ``list(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            name: row["name"] ?? "", serverOID: row["server_oid"].flatMap { UInt32($0) } ?? 0, host: row["host"] ?? "",
            port: row.optionalInteger("port") ?? 5432, database: row["database"] ?? "", owner: row["owner"] ?? "",
            // The option is missing until a node has been disabled once.
            isAvailable: row["available"].map { ["true", "on", "yes", "1", "t"].contains($0) } ?? true,
            contents: NodeContents(row: row))
    }

    /// The nodes, by name.
    package static func list(_ capabilities: Capabilities) -> SQL {
        """
        SELECT d.node_name AS name, s.oid AS server_oid, d.owner, o.host, o.port, o.database, o.available,
               \(raw: NodeContents.ofNode)
          FROM timescaledb_information.data_nodes d
          JOIN pg_catalog.pg_foreign_server s ON s.srvname = d.node_name
         CROSS JOIN LATERAL (
               SELECT max(option_value) FILTER (WHERE option_name = 'host') AS host,
                      max(option_value) FILTER (WHERE option_name = 'port') AS port,
                      max(option_value) FILTER (WHERE option_name = 'dbname') AS database,
                      max(option_value) FILTER (WHERE option_name = 'available') AS available
                 FROM pg_catalog.pg_options_to_table(d.options)) o
         ORDER BY d.node_name
        """
    }
}
