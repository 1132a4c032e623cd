import Testing

@testable import MultiNode

/// There may be a hundred thousand chunks, so that one takes little room and is what the row said all the same.
@Suite struct ChunkTests {
    private static func row(_ id: Int, name: String, on nodes: [String], compressed: String? = "f") -> [String: String?]
    {
        [
            "id": String(id), "table_id": "3", "table_schema": "public", "table_name": "a table", "schema": "internal",
            "name": name, "replication_factor": "2", "range_start": "a", "range_end": "b", "compressed": compressed,
            "nodes": ArrayText.text(nodes), "numbers": ArrayText.text(nodes.indices.map { String(100 * id + $0) }),
        ]
    }

    @Test(arguments: ["_dist_hyper_3_7_chunk", "of_mine_7_chunk", "_dist_hyper_3_8_chunk", "7", ""])
    func itsNameIsTheOneOfTheRow(_ name: String) {
        let chunk = Chunk(row: Self.row(7, name: name, on: ["dn1"]))
        #expect(chunk.name == TableName(schema: "internal", name: name))
        #expect(chunk.table == TableName(schema: "public", name: "a table"))
    }

    @Test func itsCopiesAreThoseOfTheRowAndSomeMayGo() {
        let chunk = Chunk(row: Self.row(7, name: "c", on: ["dn1", "dn2", "dn3"]))
        let numbers = [("dn1", 700), ("dn2", 701), ("dn3", 702)].map { Chunk.Copy(node: $0, number: $1) }
        #expect(chunk.copies == numbers)
        #expect(chunk.without(["dn1"]).copies == Array(numbers.dropFirst()))
        #expect(chunk.without(["dn2", "dn9"]).copies == [numbers[0], numbers[2]])
        #expect(chunk.without(["dn9"]) == chunk && chunk.without(["dn1"]) != chunk)
        #expect(chunk.without(["dn1", "dn2", "dn3"]).copies.isEmpty)
    }

    @Test func chunksWithMuchInCommonKeepItOnce() {
        var rows = ChunkRows()
        rows.take(Self.row(1, name: "p_1_chunk", on: ["dn1"]))
        rows.take(Self.row(2, name: "p_2_chunk", on: ["dn1"], compressed: nil))
        let chunks = rows.chunks()
        #expect(chunks.map(\.name.name) == ["p_1_chunk", "p_2_chunk"])
        #expect(chunks.map(\.rangeStart) == ["a", "a"] && chunks.map(\.rangeEnd) == ["b", "b"])
        #expect(chunks.map(\.isCompressed) == [false, nil])
        #expect(rows.kin.count == 1 && rows.nodes.count == 1 && rows.textSize == 4)
        #expect(MemoryLayout<Chunk>.stride <= 16 && MemoryLayout<ChunkRows.Entry>.stride <= 20)
    }

    @Test func withoutTheirRangesTheyHaveNone() {
        var rows = ChunkRows(withRanges: false)
        rows.take(Self.row(1, name: "p_1_chunk", on: ["dn1"]))
        #expect(rows.chunks().allSatisfy { $0.rangeStart == nil && $0.rangeEnd == nil })
    }
}
