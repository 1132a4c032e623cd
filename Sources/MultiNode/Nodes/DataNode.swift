/// A data node as the access node knows it.
package struct DataNode: Sendable, Hashable {
    package let name: String
    /// The oid of the foreign server; it is part of the gids of this node's distributed transactions.
    package let serverOID: UInt32
    /// Several, with commas between, if the node may be on any of them.
    package var host: String
    /// The first, if each of several hosts has its own.
    package var port: Int
    package var database: String
    package let owner: String
    /// False after `node disable`.
    package let isAvailable: Bool
    /// The other options of the foreign server, by name: what the access node connects with besides, such as `sslmode`.
    package let serverOptions: [String: String]
    /// Some of what the access node has there, by which the node is known.
    package var contents: NodeContents
    /// Where it has no chunks of its own to be known by, those of the other nodes, which it must not have.
    package var foreignChunks: [String: Set<String>] = [:]

    package init(
        name: String, serverOID: UInt32 = 0, host: String, port: Int = 5432, database: String, owner: String = "",
        isAvailable: Bool = true, serverOptions: [String: String] = [:], contents: NodeContents = NodeContents()
    ) {
        self.name = name
        self.serverOID = serverOID
        self.host = host
        self.port = port
        self.database = database
        self.owner = owner
        self.isAvailable = isAvailable
        self.contents = contents
        self.serverOptions = serverOptions
    }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            name: row["name"] ?? "", serverOID: row["server_oid"].flatMap { UInt32($0) } ?? 0, host: row["host"] ?? "",
            port: Self.firstPort(row["port"] ?? "") ?? 5432, database: row["database"] ?? "", owner: row["owner"] ?? "",
            // The option is missing until a node has been disabled once.
            isAvailable: row["available"].map { ["true", "on", "yes", "1", "t"].contains($0) } ?? true,
            serverOptions: Self.options(row.array("options"), port: row["port"]),
            contents: NodeContents(row: row))
    }

    private static func firstPort(_ text: String) -> Int? { text.split(separator: ",").first.flatMap { Int($0) } }

    private static func options(_ texts: [String], port: String?) -> [String: String] {
        var options: [String: String] = [:]
        for text in texts {
            guard let end = text.firstIndex(of: "=") else { continue }
            options[String(text[..<end])] = String(text[text.index(after: end)...])
        }
        if let port, port.contains(",") { options["port"] = port }
        return options
    }

    /// The nodes, by name.
    package static let list: SQL = """
        SELECT d.node_name AS name, s.oid AS server_oid, d.owner, o.host, o.port, o.database, o.available, o.options,
               \(raw: NodeContents.ofNode)
          FROM timescaledb_information.data_nodes d
          JOIN pg_catalog.pg_foreign_server s ON s.srvname = d.node_name
         CROSS JOIN LATERAL (
               SELECT pg_catalog.max(option_value) FILTER (WHERE option_name = 'host') AS host,
                      pg_catalog.max(option_value) FILTER (WHERE option_name = 'port') AS port,
                      pg_catalog.max(option_value) FILTER (WHERE option_name = 'dbname') AS database,
                      pg_catalog.max(option_value) FILTER (WHERE option_name = 'available') AS available,
                      pg_catalog.array_agg(option_name || '=' || option_value)
                          FILTER (WHERE option_name NOT IN ('host', 'port', 'dbname', 'available')) AS options
                 FROM pg_catalog.pg_options_to_table(d.options)) o
         ORDER BY d.node_name
        """

    /// What the access node has registered of its servers, only to be compared: as long as it is the same, so is ``list`` but
    /// for what the nodes hold. It takes a tenth of the time.
    package static let registrations: SQL = """
        SELECT s::text, pg_catalog.pg_get_userbyid(s.srvowner) FROM pg_catalog.pg_foreign_server s ORDER BY s.oid
        """
}

extension [DataNode] {
    /// The nodes, with what tells those without chunks of their own from the others.
    package var toldApart: [DataNode] {
        map { node in
            guard node.contents.chunks.isEmpty else { return node }
            var node = node
            for other in self where other.name != node.name && !other.contents.chunks.isEmpty {
                node.foreignChunks[other.name] = other.contents.chunks
            }
            return node
        }
    }
}
