import Testing

@testable import MultiNode

/// For how long writers are going to wait, before anything is copied, and behind that.
@Suite struct PauseEstimateTests {
    @Test func whatIsSearchedCopiedAndMadeAnewTakesItsTime() {
        let nothing = PauseEstimate(search: .zero, copying: 0, bytes: 0, aggregates: 0)
        #expect(nothing.milliseconds == 300)
        let all = PauseEstimate(search: .milliseconds(200), copying: 2, bytes: 60_000_000, aggregates: 10_000_000)
        #expect(all.milliseconds == 200 + 300 + 80 + 2000 + 1000)
        let assumed = PauseEstimate(searched: 100_000_000, copying: 0, bytes: 0, aggregates: 0)
        #expect(assumed.milliseconds == 1300)
    }

    private static func chunk(_ id: Int, from start: String?, on node: String, of table: Int = 1) -> Chunk {
        Chunk(row: [
            "id": String(id), "table_id": String(table), "table_schema": "public", "table_name": "m",
            "name": "c\(id)", "replication_factor": "1", "nodes": ArrayText.text([node]), "numbers": "{\(id)}",
            "range_start": start,
        ])
    }

    /// Those of the last range, on all nodes; the search is over with the node that has most.
    @Test(arguments: [["9", "10"], ["2024-01-09 00:00:00+00", "2024-01-10 00:00:00+00"]])
    func theNewestChunksAreTakenForThoseThatAreWritten(starts: [String]) {
        var facts = MigrationFacts(
            [DefinitionFixture.table([])], MigrationNaming(isInPlace: true), source: Servers.version213,
            target: Servers.version213)
        facts.chunks = [
            Self.chunk(1, from: starts[1], on: "dn1"), Self.chunk(2, from: starts[0], on: "dn1"),
            Self.chunk(3, from: starts[1], on: "dn2"), Self.chunk(4, from: "11", on: "dn2", of: 2),
        ]
        func bytes(_ count: Int) -> ChunkEstimate { ChunkEstimate(row: ["bytes": String(count)]) }
        facts.estimates = [
            "dn1": [1: bytes(30_000_000), 2: bytes(70_000_000)], "dn2": [3: bytes(60_000_000), 4: bytes(9)],
        ]
        facts.bytesOfAggregates = [1: 20_000_000]
        let pause = facts.pause(of: facts.definitions[0])
        #expect(
            pause == PauseEstimate(searched: 100_000_000, copying: 2, bytes: 90_000_000, aggregates: 20_000_000))
        #expect(pause.milliseconds == 1000 + 300 + 80 + 3000 + 2000)
    }
}
