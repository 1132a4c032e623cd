/// What the chunks of a hypertable have in common.
struct ChunkKin: Sendable, Hashable {
    let table: TableName
    let tableID: Int
    /// Of the chunks.
    let schema: String?
    /// What their names begin with.
    let prefix: String
    let replicationFactor: Int
}

/// Rows of ``Chunk/list(_:_:)``, in a form that takes little room: what many of them have alike is kept once.
package struct ChunkRows: Sendable {
    struct Entry: Sendable {
        let id: Int32
        /// The place of what it has in common with others.
        let kin: Int32
        /// The place of the list of its nodes.
        let nodes: Int32
        /// The place of its number on the first of its nodes; those on the others are behind it.
        let firstNumber: Int32
        /// Nil where the access node does not know.
        let isCompressed: Bool?
        /// Nil in versions that have none.
        let status: UInt8?
    }

    private let withRanges: Bool
    private(set) var entries: [Entry] = []
    /// The start and the end of each; none where ranges are not kept.
    private var ranges: [(start: PackedTexts.Place, end: PackedTexts.Place)] = []
    /// By place, the names that TimescaleDB has not given.
    private var ownNames: [Int: String] = [:]
    private(set) var kin: [ChunkKin] = []
    private(set) var nodes: [[String]] = []
    private(set) var numbers: [Int32] = []
    private var texts = PackedTexts()
    private var kinPlaces: [ChunkKin: Int32] = [:]
    private var nodePlaces: [[String]: Int32] = [:]

    /// - Parameter withRanges: whether the ends of their ranges are kept.
    package init(withRanges: Bool = true) { self.withRanges = withRanges }

    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        let id = row.integer("id")
        let name = row["name"] ?? ""
        let ending = "_\(id)_chunk"
        let isUsual = name.hasSuffix(ending)
        let kin = ChunkKin(
            table: TableName(schema: row["table_schema"], name: row["table_name"] ?? ""),
            tableID: row.integer("table_id"), schema: row["schema"],
            prefix: isUsual ? String(name.dropLast(ending.count)) : "",
            replicationFactor: row.integer("replication_factor"))
        let numbers = row.array("numbers").map { Int32($0) ?? 0 }
        append(
            id: Int32(clamping: id), kin, ownName: isUsual ? nil : name, (row["range_start"], row["range_end"]),
            isCompressed: row["compressed"].map { $0 == "t" }, status: row["status"].flatMap { UInt8($0) },
            Array(row.array("nodes").prefix(numbers.count)), numbers)
    }

    /// The bytes that the ends of their ranges take.
    var textSize: Int { texts.count }

    private mutating func append(
        id: Int32, _ kin: ChunkKin, ownName: String?, _ range: (start: String?, end: String?), isCompressed: Bool?,
        status: UInt8?, _ nodes: [String], _ numbers: [Int32]
    ) {
        if let ownName { ownNames[entries.count] = ownName }
        if withRanges { ranges.append((texts.add(range.start), texts.add(range.end))) }
        let firstNumber = Int32(clamping: self.numbers.count)
        self.numbers += numbers
        entries.append(
            Entry(
                id: id, kin: Self.place(of: kin, in: &self.kin, &kinPlaces),
                nodes: Self.place(of: nodes, in: &self.nodes, &nodePlaces), firstNumber: firstNumber,
                isCompressed: isCompressed ?? status.map { $0 & 1 == 1 }, status: status))
    }

    private static func place<Value: Hashable>(
        of value: Value, in all: inout [Value], _ places: inout [Value: Int32]
    ) -> Int32 {
        if let known = places[value] { return known }
        let place = Int32(clamping: all.count)
        all.append(value)
        places[value] = place
        return place
    }

    /// The name of one that TimescaleDB has not named.
    func ownName(_ index: Int) -> String? { ownNames[index] }

    /// As PostgreSQL writes times, or numbers; nil where it is not kept.
    func rangeStart(_ index: Int) -> String? { ranges.isEmpty ? nil : texts[ranges[index].start] }
    func rangeEnd(_ index: Int) -> String? { ranges.isEmpty ? nil : texts[ranges[index].end] }

    /// One of them alone, without the copies on some nodes.
    func only(_ index: Int, without lost: Set<String>) -> ChunkRows {
        let entry = entries[index]
        let copies = nodes[Int(entry.nodes)].enumerated()
            .map { (node: $1, number: numbers[Int(entry.firstNumber) + $0]) }.filter { !lost.contains($0.node) }
        var rows = ChunkRows(withRanges: withRanges)
        rows.append(
            id: entry.id, kin[Int(entry.kin)], ownName: ownName(index), (rangeStart(index), rangeEnd(index)),
            isCompressed: entry.isCompressed, status: entry.status, copies.map(\.node), copies.map(\.number))
        return rows
    }

    /// All of them, in their order.
    package func chunks() -> [Chunk] {
        let batch = ChunkBatch(self)
        return entries.indices.map { Chunk($0, in: batch) }
    }
}

/// Rows that chunks refer to.
final class ChunkBatch: Sendable {
    let rows: ChunkRows

    init(_ rows: ChunkRows) { self.rows = rows }
}
