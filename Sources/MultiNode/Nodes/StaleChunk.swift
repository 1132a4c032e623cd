/// A chunk that a data node has, and that the access node has on it no more, as where it was written, or dropped, while the node
/// was disabled. TimescaleDB drops it there when the node is enabled (`drop_stale_chunks` in its tsl/src/chunk.c).
package struct StaleChunk: Sendable, Equatable {
    package let name: TableName
    /// How many rows it has there.
    package let rows: Int
    /// How many the copies have that the access node knows and that answer, by their nodes.
    package let others: [String: Int]

    package init(_ name: TableName, rows: Int, others: [String: Int]) {
        (self.name, self.rows, self.others) = (name, rows, others)
    }

    /// Whether rows of it may be nowhere else: no copy is known that has as many.
    package var mayBeLast: Bool { rows > 0 && !others.values.contains { $0 >= rows } }

    /// For the access node: the numbers of the chunks that it has on a node; one column.
    package static func known(on node: String) -> SQL {
        "SELECT node_chunk_id FROM _timescaledb_catalog.chunk_data_node WHERE node_name = \(node, type: "name")"
    }

    /// For the node: its chunks of distributed hypertables that have none of these numbers; columns `schema`, `name`.
    package static func list(besides numbers: [Int]) -> SQL {
        """
        SELECT c.schema_name AS schema, c.table_name AS name
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
         WHERE h.replication_factor = -1 AND NOT c.dropped
           AND c.id <> ALL (\(numbers.map(String.init), type: "int[]"))
         ORDER BY c.id
        """
    }

    /// For the access node: the nodes on which it has chunks of these names, which are given once; columns `schema`, `name`,
    /// `nodes`.
    package static func places(of names: [TableName]) -> SQL {
        """
        SELECT c.schema_name AS schema, c.table_name AS name, pg_catalog.array_agg(d.node_name::text) AS nodes
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.chunk_data_node d ON d.chunk_id = c.id
         WHERE NOT c.dropped AND c.table_name = ANY (\(names.map(\.name), type: "text[]"))
         GROUP BY 1, 2
        """
    }
}
