import Testing

@testable import MultiNode

/// For how long writers are going to wait, before anything is copied, and behind that.
@Suite struct PauseEstimateTests {
    @Test func whatIsSearchedCopiedAndMadeAnewTakesItsTime() {
        let nothing = PauseEstimate(search: .zero, copying: .zero, of: 0, aggregates: .zero)
        #expect(nothing.milliseconds == 300)
        let all = PauseEstimate(search: .milliseconds(200), copying: .seconds(2), of: 2, aggregates: .seconds(1))
        #expect(all.milliseconds == 2 * 200 + 300 + 80 + 2000 + 1000)
        let assumed = PauseEstimate(searched: 100_000_000, copying: .zero, of: 0, aggregates: .zero)
        #expect(assumed.milliseconds == 2300)
    }

    private static func rows(_ bytes: Int, compressed: Int = 0) -> AggregateRows {
        AggregateRows(row: [
            "schema": "s", "name": "m", "bytes": String(bytes), "compressed_rows": String(compressed),
        ])
    }

    private static func sample(_ rows: Int, width: Int, took: Duration) -> AggregateRows.Sample {
        AggregateRows.Sample(row: ["rows": String(rows), "width": String(width)], took: took)
    }

    @Test func theRowsOfAggregatesTakeAMultipleOfReadingThem() {
        let sample = Self.sample(20_000, width: 96, took: .milliseconds(100))
        // 200,000 rows of 100 bytes, and 50,000 that are compressed.
        let pause = AggregateRows.pause(for: [Self.rows(15_000_000), Self.rows(5_000_000, compressed: 50_000)], sample)
        #expect(pause == .milliseconds(100) * 10 * 12.5)
        #expect(AggregateRows.pause(for: [], nil) == .zero)
    }

    @Test func ofFewRowsTheTimeIsAssumed() {
        let few = Self.sample(100, width: 96, took: .seconds(5))
        #expect(AggregateRows.pause(for: [Self.rows(10_000)], few) == .microseconds(5000))
        #expect(AggregateRows.pause(for: [Self.rows(128_000)], nil) == .microseconds(50_000))
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
        facts.pausesOfAggregates = [1: .seconds(2)]
        facts.pace = .sampled(bytesPerSecond: 30_000_000, rows: 50_000)
        let pause = facts.pause(of: facts.definitions[0])
        #expect(
            pause == PauseEstimate(searched: 100_000_000, copying: .seconds(3), of: 2, aggregates: .seconds(2)))
        #expect(pause.milliseconds == 2000 + 300 + 80 + 3000 + 2000)
    }
}
