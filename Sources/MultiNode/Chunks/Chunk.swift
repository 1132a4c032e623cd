/// A chunk of a distributed hypertable, as the access node has it: a place among the rows that tell of chunks, since there may
/// be a hundred thousand of them.
package struct Chunk: Sendable, Equatable {
    /// That a node has it.
    package struct Copy: Sendable, Equatable {
        package let node: String
        /// The number of the chunk there.
        package let number: Int

        package init(node: String, number: Int) {
            self.node = node
            self.number = number
        }
    }

    private let batch: ChunkBatch
    /// In the batch.
    private let index: Int32

    init(_ index: Int, in batch: ChunkBatch) {
        self.batch = batch
        self.index = Int32(clamping: index)
    }

    /// - Parameter row: of ``list(_:_:)``.
    package init(row: [String: String?]) {
        var rows = ChunkRows()
        rows.take(row)
        self.init(0, in: ChunkBatch(rows))
    }

    private var place: Int { Int(index) }
    private var entry: ChunkRows.Entry { batch.rows.entries[place] }
    private var kin: ChunkKin { batch.rows.kin[Int(entry.kin)] }

    /// In the catalog of the access node.
    package var id: Int { Int(entry.id) }
    package var table: TableName { kin.table }
    /// The number of the hypertable there.
    package var tableID: Int { kin.tableID }
    package var replicationFactor: Int { kin.replicationFactor }
    package var name: TableName {
        TableName(schema: kin.schema, name: batch.rows.ownName(place) ?? "\(kin.prefix)_\(id)_chunk")
    }
    /// As PostgreSQL writes times, or numbers.
    package var rangeStart: String? { batch.rows.rangeStart(place) }
    package var rangeEnd: String? { batch.rows.rangeEnd(place) }
    /// Nil in versions whose access node does not know.
    package var isCompressed: Bool? { entry.isCompressed }
    /// Whether it is compressed and how, in the words of ``ChunkStanding/status``.
    var status: String? { entry.status.map { String($0) } }
    /// By name.
    package var nodes: [String] { batch.rows.nodes[Int(entry.nodes)] }

    /// By node.
    package var copies: [Copy] {
        let first = Int(entry.firstNumber)
        return nodes.enumerated().map { Copy(node: $1, number: Int(batch.rows.numbers[first + $0])) }
    }

    /// The same chunk without the copies on some nodes.
    package func without(_ nodes: Set<String>) -> Chunk {
        if nodes.isDisjoint(with: self.nodes) { return self }
        return Chunk(0, in: ChunkBatch(batch.rows.only(place, without: nodes)))
    }

    package static func == (first: Chunk, second: Chunk) -> Bool {
        first.id == second.id && first.name == second.name && first.kin == second.kin
            && first.rangeStart == second.rangeStart && first.rangeEnd == second.rangeEnd
            && first.isCompressed == second.isCompressed && first.copies == second.copies
    }

    package var isUnderReplicated: Bool { nodes.count < replicationFactor }

    /// Which chunks.
    package struct Choice: Sendable, Equatable {
        /// Those of these hypertables, by their numbers; nil for all.
        package var tables: [Int]?
        /// The one of this name, in whichever schema where none is given.
        package var name: TableName?
        /// Those that end at it or before.
        package var olderThan: ChunkBound?
        /// Those that start at it or later.
        package var newerThan: ChunkBound?

        package init() {}

        func condition(_ capabilities: Capabilities) -> SQL {
            var parts: [SQL] = []
            if let tables { parts.append("h.id = ANY (\(tables.map(String.init), type: "int[]"))") }
            if let name {
                parts.append("c.table_name = \(name.name, type: "name")")
                if let schema = name.schema { parts.append("c.schema_name = \(schema, type: "name")") }
            }
            if let olderThan { parts.append(olderThan.isBehind(capabilities)) }
            if let newerThan { parts.append(newerThan.isBefore(capabilities)) }
            return parts.map { " AND \(raw: $0)" as SQL }.joined(separator: "")
        }
    }

    /// For the access node: whether some of these nodes have copies of chunks that others have, too.
    package static func areShared(by nodes: [String]) -> SQL {
        """
        SELECT EXISTS (SELECT FROM _timescaledb_catalog.chunk_data_node n
                         JOIN _timescaledb_catalog.chunk_data_node o ON o.chunk_id = n.chunk_id
                        WHERE n.node_name = ANY (\(nodes, type: "name[]")) AND o.node_name <> n.node_name) AS shared
        """
    }

    /// For the access node: the other nodes that have copies of chunks which some of these have; one column.
    package static func sharers(with nodes: [String]) -> SQL {
        """
        SELECT DISTINCT o.node_name FROM _timescaledb_catalog.chunk_data_node n
          JOIN _timescaledb_catalog.chunk_data_node o ON o.chunk_id = n.chunk_id
         WHERE n.node_name = ANY (\(nodes, type: "name[]")) AND o.node_name <> ALL (\(nodes, type: "name[]"))
         ORDER BY 1
        """
    }

    /// For the access node: the chunks of its distributed hypertables by hypertable and range. It reads the catalog, not
    /// the view of it, which takes three times as long; and only what every role may read.
    package static func list(_ choice: Choice, _ capabilities: Capabilities) -> SQL {
        """
        SELECT c.id, h.id AS table_id, h.schema_name AS table_schema, h.table_name, c.schema_name AS schema, c.table_name AS name,
               h.replication_factor, \(raw: ChunkSlice.text("s.range_start", capabilities)) AS range_start,
               \(raw: ChunkSlice.text("s.range_end", capabilities)) AS range_end,
               pg_catalog.to_jsonb(c) ->> 'status' AS status, n.nodes, n.numbers
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.dimension d ON d.id = (\(raw: ChunkedTable.firstDimension))
          JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = h.id AND NOT c.dropped
          JOIN _timescaledb_catalog.chunk_constraint k ON k.chunk_id = c.id
          JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id AND s.dimension_id = d.id
          JOIN (SELECT chunk_id, pg_catalog.array_agg(node_name ORDER BY node_name) AS nodes,
                       pg_catalog.array_agg(node_chunk_id ORDER BY node_name) AS numbers
                  FROM _timescaledb_catalog.chunk_data_node
                 GROUP BY chunk_id) n ON n.chunk_id = c.id
         WHERE h.replication_factor > 0\(raw: choice.condition(capabilities))
         ORDER BY h.schema_name, h.table_name, s.range_start, c.id
        """
    }
}
