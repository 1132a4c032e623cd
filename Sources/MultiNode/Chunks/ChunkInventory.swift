/// The chunks that the access node believes to be on its data nodes.
package struct ChunkInventory: Sendable {
    /// The chunks of one hypertable on one node, by the numbers that they have there.
    private struct Part: Sendable {
        let node: String
        let table: TableName
        let chunks: Set<Int>
        /// Those that the access node has as compressed; nil in versions that do not know.
        let compressed: Set<Int>?
    }

    private let parts: [Part]

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        parts = rows.map { row in
            let row = Row(row)
            return Part(
                node: row["node"] ?? "", table: TableName(schema: row["schema"], name: row["name"] ?? ""),
                chunks: Set(row.array("chunks").compactMap { Int($0) }),
                compressed: row.flag("knows") ? Set(row.array("compressed").compactMap { Int($0) }) : nil)
        }
    }

    /// For the access node: the numbers of the chunks for each node and hypertable, and of those that are compressed, as far as
    /// the access node knows.
    package static let list: SQL = """
        SELECT n.node_name AS node, h.schema_name AS schema, h.table_name AS name,
               pg_catalog.array_agg(n.node_chunk_id ORDER BY n.node_chunk_id) AS chunks,
               pg_catalog.array_agg(n.node_chunk_id) FILTER (WHERE c.status & 1 <> 0) AS compressed,
               pg_catalog.bool_and(c.status IS NOT NULL) AS knows
          FROM _timescaledb_catalog.chunk_data_node n
          JOIN (SELECT c.id, c.hypertable_id, (pg_catalog.to_jsonb(c) ->> 'status')::int AS status
                  FROM _timescaledb_catalog.chunk c
                 WHERE NOT c.dropped) c ON c.id = n.chunk_id
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
         GROUP BY 1, 2, 3
         ORDER BY 1, 2, 3
        """

    /// For a data node: those of the numbers that no chunk has which is there with its table; one column `chunk`.
    package static func missing(among chunks: [Int]) -> SQL {
        """
        SELECT n.id AS chunk
          FROM pg_catalog.unnest(\(chunks.map(String.init), type: "int[]")) AS n (id)
         WHERE NOT EXISTS (
                   SELECT
                     FROM _timescaledb_catalog.chunk c
                     JOIN pg_catalog.pg_namespace s ON s.nspname = c.schema_name
                     JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = c.table_name
                    WHERE c.id = n.id AND NOT c.dropped)
         ORDER BY n.id
        """
    }

    /// The chunks that are compressed for the access node and not on a node, or the other way, by their hypertables: by node,
    /// their numbers there.
    ///
    /// - Parameter told: the numbers of the chunks that nodes have as compressed, by node.
    package func compressedOtherwise(than told: [String: Set<Int>]) -> [TableName: [String: Set<Int>]] {
        var found: [TableName: [String: Set<Int>]] = [:]
        for part in parts {
            guard let own = part.compressed, let there = told[part.node] else { continue }
            let unlike = own.symmetricDifference(there.intersection(part.chunks))
            if !unlike.isEmpty { found[part.table, default: [:]][part.node, default: []].formUnion(unlike) }
        }
        return found
    }

    /// By their hypertables and nodes those of some chunks that the access node has there.
    ///
    /// - Parameter numbers: of chunks there, by node.
    package func parts(of numbers: [(node: String, numbers: [Int])]) -> [TableName: [String: Set<Int>]] {
        var found: [TableName: [String: Set<Int>]] = [:]
        for (node, numbers) in numbers {
            for part in parts where part.node == node {
                let own = part.chunks.intersection(numbers)
                if !own.isEmpty { found[part.table, default: [:]][node, default: []].formUnion(own) }
            }
        }
        return found
    }

    /// The numbers of a node's chunks.
    package func chunks(on node: String) -> [Int] { parts.filter { $0.node == node }.flatMap(\.chunks).sorted() }

    /// What is wrong where a node lacks chunks of these numbers.
    ///
    /// - Parameter inDoubt: how many transactions of TimescaleDB are prepared on it; what they have made can't be seen.
    package func findings(of node: String, lacking missing: Set<Int>, inDoubt: Int = 0) -> [Finding] {
        parts.filter { $0.node == node }.compactMap { part in
            let count = part.chunks.intersection(missing).count
            guard count > 0 else { return nil }
            let all = part.chunks.count
            let which = count == all ? "none of its \(count)" : "\(count) of its \(all)"
            let verb = count == all ? "is" : count == 1 ? "is not" : "are not"
            guard inDoubt == 0 else {
                let by = inDoubt == 1 ? "a transaction" : "\(inDoubt) transactions"
                return Finding(
                    .error, node,
                    "\(which) \(all == 1 ? "chunk" : "chunks") of \(part.table) \(verb) to be seen there: \(by) in doubt may have made them",
                    remedy: "heal \(word: node); then check again, and restore nothing before")
            }
            return Finding(
                .error, node,
                "\(which) \(all == 1 ? "chunk" : "chunks") of \(part.table) \(verb) there, though the access node's catalog has them: reads fail",
                remedy:
                    "where this is an older copy of the node, lead the name to the newer one ('node alter'); else, where they "
                    + "have replicas, 'hypertable repair \(word: part.table.description)' makes them anew, and 'node disable "
                    + "\(word: node)' lets reads go there until then; where they have none, restore the node's database "
                    + "from a backup that has them")
        }
    }
}
