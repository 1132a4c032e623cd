/// The chunks of a hypertable that are on the same data nodes.
package struct ChunkPlacement: Sendable, Equatable {
    package let nodes: [String]
    package let chunks: Int

    package init(nodes: [String], chunks: Int) {
        self.nodes = nodes
        self.chunks = chunks
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(nodes: row.array("data_nodes"), chunks: row.integer("chunks"))
    }

    /// For the access node: how many copies of chunks it has on these nodes.
    package static func copies(on nodes: [String]) -> SQL {
        """
        SELECT pg_catalog.count(*) AS copies
          FROM _timescaledb_catalog.chunk_data_node n
          JOIN _timescaledb_catalog.chunk c ON c.id = n.chunk_id AND NOT c.dropped
         WHERE n.node_name::text = ANY (\(nodes, type: "text[]"))
        """
    }

    /// The placements of a hypertable's chunks according to the access node, which includes nodes that are down.
    ///
    /// - Parameter table: with its schema.
    package static func list(of table: TableName) -> SQL {
        """
        SELECT data_nodes, pg_catalog.count(*) AS chunks
          FROM timescaledb_information.chunks
         WHERE hypertable_schema = \(table.schema) AND hypertable_name = \(table.name)
         GROUP BY data_nodes
        """
    }
}

extension [ChunkPlacement] {
    /// The number of chunks. Each counts once, however many replicas it has.
    package var chunks: Int { reduce(0) { $0 + $1.chunks } }

    package func chunks(on node: String) -> Int {
        filter { $0.nodes.contains(node) }.chunks
    }

    /// The chunks that are on fewer nodes than they should be.
    package func underReplicated(_ replicationFactor: Int) -> Int {
        filter { $0.nodes.count < replicationFactor }.chunks
    }
}
