/// Some of the hypertables and chunks of a data node: hypertables by their numbers there, chunks by number and table, such
/// as `34 _dist_hyper_1_2_chunk`.
///
/// The numbers are given by the node, and the names of chunks by the access node, so that together they tell a data
/// node from the others of its cluster. The names of hypertables and schemas don't: they can be changed on the access
/// node alone.
package struct NodeContents: Sendable, Hashable {
    package var hypertables: Set<String>
    /// Chunks that no other node has under the same number.
    package var chunks: Set<String>

    package init(hypertables: Set<String> = [], chunks: Set<String> = []) {
        self.hypertables = hypertables
        self.chunks = chunks
    }

    /// - Parameter row: with the columns `hypertables` and `chunks`.
    init(row: Row) {
        self.init(hypertables: Set(row.array("hypertables")), chunks: Set(row.array("chunks")))
    }

    package var isEmpty: Bool { hypertables.isEmpty && chunks.isEmpty }

    package func isSubset(of other: NodeContents) -> Bool {
        hypertables.isSubset(of: other.hypertables) && chunks.isSubset(of: other.chunks)
    }

    package mutating func formUnion(_ other: NodeContents) {
        hypertables.formUnion(other.hypertables)
        chunks.formUnion(other.chunks)
    }

    static func numbers(_ items: Set<String>) -> [String] {
        items.compactMap { $0.split(separator: " ", maxSplits: 1).first.map(String.init) }.sorted()
    }

    /// For the access node, in a list of SELECT: what it has on the node of its column `d.node_name`.
    static let ofNode: SQL = """
        ARRAY(SELECT h.node_hypertable_id
                       FROM _timescaledb_catalog.hypertable_data_node h
                      WHERE h.node_name = d.node_name AND h.node_hypertable_id IS NOT NULL
                      ORDER BY h.node_hypertable_id DESC LIMIT 8) AS hypertables,
               \(raw: chunks(from: "DESC")) || \(raw: chunks(from: "ASC")) AS chunks
        """

    /// Chunks from one end: the oldest may be dropped meanwhile, and a restored backup lacks the newest.
    ///
    /// Only those tell nodes apart that no other node has under the same number, as replicas may. They are looked for
    /// among the first thousand, and the query ends with the fourth: it has no join and no order that would read all.
    private static func chunks(from order: SQL) -> SQL {
        """
        ARRAY(SELECT pg_catalog.format('%s %s', n.node_chunk_id, n.name)
                       FROM (SELECT i.node_chunk_id, i.chunk_id,
                                    (SELECT c.table_name FROM _timescaledb_catalog.chunk c
                                      WHERE c.id = i.chunk_id AND NOT c.dropped) AS name
                               FROM (SELECT chunk_id, node_chunk_id
                                       FROM _timescaledb_catalog.chunk_data_node
                                      WHERE node_name = d.node_name
                                      ORDER BY node_chunk_id \(raw: order) LIMIT 1000) i) n
                      WHERE n.name IS NOT NULL
                        AND (SELECT pg_catalog.count(*) FROM _timescaledb_catalog.chunk_data_node o
                              WHERE o.chunk_id = n.chunk_id AND o.node_chunk_id = n.node_chunk_id) = 1
                      LIMIT 4)
        """
    }

    /// For a data node, in a list of SELECT: what of this is there.
    var there: SQL {
        """
        ARRAY(SELECT h.id
                       FROM _timescaledb_catalog.hypertable h
                      WHERE h.id = ANY (\(Self.numbers(hypertables), type: "int[]"))) AS hypertables,
               ARRAY(SELECT pg_catalog.format('%s %s', c.id, c.table_name)
                       FROM _timescaledb_catalog.chunk c
                      WHERE c.id = ANY (\(Self.numbers(chunks), type: "int[]")) AND NOT c.dropped) AS chunks
        """
    }
}
