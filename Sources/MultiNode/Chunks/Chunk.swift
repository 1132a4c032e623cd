/// A chunk of a distributed hypertable, as the access node has it.
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

    /// In the catalog of the access node.
    package let id: Int
    private let kin: ChunkKin
    /// Nil where there is none.
    private let rest: Rest?
    /// By name.
    package let nodes: [String]
    /// On the first of the nodes.
    private let number: Int32
    /// Nil in versions whose access node does not know.
    package let isCompressed: Bool?

    /// What many chunks do without.
    private final class Rest: Sendable {
        /// Nil where it is named as TimescaleDB names them.
        let ownName: String?
        /// As PostgreSQL writes times, or numbers.
        let (start, end): (String?, String?)
        /// On the nodes behind the first.
        let numbers: [Int32]

        init?(ownName: String?, _ start: String?, _ end: String?, _ numbers: [Int32]) {
            if ownName == nil, start == nil, end == nil, numbers.isEmpty { return nil }
            (self.ownName, self.start, self.end, self.numbers) = (ownName, start, end, numbers)
        }
    }

    private init(
        id: Int, _ kin: ChunkKin, ownName: String?, _ start: String?, _ end: String?, isCompressed: Bool?,
        nodes: [String], _ numbers: [Int32]
    ) {
        self.id = id
        self.kin = kin
        self.isCompressed = isCompressed
        self.nodes = nodes
        number = numbers.first ?? 0
        rest = Rest(ownName: ownName, start, end, Array(numbers.dropFirst()))
    }

    /// - Parameter row: of ``list(_:_:)``.
    package init(row: [String: String?]) {
        var common = ChunkCommons()
        self.init(row: row, among: &common)
    }

    /// - Parameters:
    ///   - row: of ``list(_:_:)``.
    ///   - withRange: whether its ends are kept.
    package init(row: [String: String?], among common: inout ChunkCommons, withRange: Bool = true) {
        let row = Row(row)
        let id = row.integer("id")
        let name = row["name"] ?? ""
        let ending = "_\(id)_chunk"
        let isUsual = name.hasSuffix(ending)
        let kin = common.kin(
            ChunkKin(
                table: TableName(schema: row["table_schema"], name: row["table_name"] ?? ""),
                tableID: row.integer("table_id"), schema: row["schema"],
                prefix: isUsual ? String(name.dropLast(ending.count)) : "",
                replicationFactor: row.integer("replication_factor")))
        let numbers = row.array("numbers").map { Int32($0) ?? 0 }
        self.init(
            id: id, kin, ownName: isUsual ? nil : name, withRange ? common.text(row["range_start"]) : nil,
            withRange ? common.text(row["range_end"]) : nil, isCompressed: row["compressed"].map { $0 == "t" },
            nodes: common.nodes(Array(row.array("nodes").prefix(numbers.count))), numbers)
    }

    package var table: TableName { kin.table }
    /// The number of the hypertable there.
    package var tableID: Int { kin.tableID }
    package var replicationFactor: Int { kin.replicationFactor }
    package var name: TableName { TableName(schema: kin.schema, name: rest?.ownName ?? "\(kin.prefix)_\(id)_chunk") }
    /// As PostgreSQL writes times, or numbers.
    package var rangeStart: String? { rest?.start }
    package var rangeEnd: String? { rest?.end }

    /// By node.
    package var copies: [Copy] {
        zip(nodes, [number] + (rest?.numbers ?? [])).map { Copy(node: $0, number: Int($1)) }
    }

    /// The same chunk without the copies on some nodes.
    package func without(_ nodes: Set<String>) -> Chunk {
        if nodes.isDisjoint(with: self.nodes) { return self }
        let left = copies.filter { !nodes.contains($0.node) }
        return Chunk(
            id: id, kin, ownName: rest?.ownName, rangeStart, rangeEnd, isCompressed: isCompressed,
            nodes: left.map(\.node), left.map { Int32($0.number) })
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

    /// For the access node: the chunks of its distributed hypertables by hypertable and range. It reads the catalog, not
    /// the view of it, which takes three times as long; and only what every role may read.
    package static func list(_ choice: Choice, _ capabilities: Capabilities) -> SQL {
        """
        SELECT c.id, h.id AS table_id, h.schema_name AS table_schema, h.table_name, c.schema_name AS schema, c.table_name AS name,
               h.replication_factor, \(raw: ChunkSlice.text("s.range_start", capabilities)) AS range_start,
               \(raw: ChunkSlice.text("s.range_end", capabilities)) AS range_end,
               ((pg_catalog.to_jsonb(c) ->> 'status')::int & 1) = 1 AS compressed, n.nodes, n.numbers
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
