import Testing

@testable import MultiNode

/// The problem that the catalog of an access node comes to.
@Suite struct PlacementCatalogTests {
    private static func chunk(_ id: Int, on nodes: [String]) -> Chunk {
        Chunk(row: [
            "id": String(id), "table_id": "1", "table_schema": "public", "table_name": "m", "schema": "i",
            "name": "c\(id)", "replication_factor": "1", "nodes": ArrayText.text(nodes),
            "numbers": ArrayText.text(nodes.map { _ in String(id) }),
        ])
    }

    private static let table = ChunkedTable(row: [
        "id": "1", "schema": "public", "name": "m", "replication_factor": "1", "has_times": "t",
    ])

    private static func problem(fixed: Set<Int> = []) -> PlacementProblem {
        PlacementProblem(
            nodes: ["dn1", "dn2", "dn3"].map { PlacementProblem.Node($0) }, tables: [table],
            attachments: [("dn1", "f"), ("dn2", "f"), ("dn3", "t")].map { node, blocked in
                BlockedNodes.Attachment(row: ["node": node, "schema": "public", "name": "m", "blocked": blocked])
            }, chunks: [chunk(1, on: ["dn1"]), chunk(2, on: ["dn1"]), chunk(3, on: ["dn1"]), chunk(4, on: ["dn1"])],
            positions: ChunkPositions(
                (1...3).map { ["id": String($0), "start": String(10 * $0), "slice": nil] }),
            fixed: fixed
        ) { Int64($0.id) }
    }

    @Test func chunksGoWhereNodesAreAttachedAndNotBlocked() {
        let problem = Self.problem()
        #expect(problem.tables.map(\.takers) == [["dn1", "dn2"]])
        // One without a position was dropped between two questions.
        #expect(problem.chunks.map(\.id) == [1, 2, 3] && problem.chunks.map(\.start) == [10, 20, 30])
        #expect(problem.chunks.map(\.bytes) == [1, 2, 3])
        #expect(problem.drain(["dn1"]).moves.allSatisfy { $0.destination == "dn2" })
    }

    @Test func whatIsFixedCountsAndStays() {
        let plan = Self.problem(fixed: [3]).balance(threshold: 0.5)
        #expect(plan.before == ["dn1": 6, "dn2": 0, "dn3": 0])
        #expect(plan.moves.allSatisfy { $0.chunk != 3 } && !plan.moves.isEmpty)
    }

    @Test func positionsAreReadWithTheirSlices() {
        let positions = ChunkPositions([
            ["id": "8", "start": "5", "slice": nil], ["id": "7", "start": "-9223372036854775808", "slice": "3"],
        ])
        #expect(positions[7] == ChunkPosition(start: .min, slice: 3))
        #expect(positions[8] == ChunkPosition(start: 5))
        #expect(positions[6] == nil && positions[9] == nil)
    }
}
