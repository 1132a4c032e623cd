import CannedServers
import ClusterAccess
import MultiNode
import Operations
import Rendering
import Testing

@testable import Shell

/// What `migrate copy` says it is going to do, and what it has done.
@Suite struct MigrationCopyReportTests {
    /// Each chunk has 24 rows.
    private struct Site: MigrationSite {
        func copy(
            _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, readsFirst: Bool,
            reached: @escaping @Sendable (TransferStage) -> Void
        ) async throws(ClusterError) -> CopyAnswer {
            .copied(CopiedChunk(name: chunk.name, node: node, rows: 24, bytes: 100))
        }

        func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool { true }
        func remove(_ chunk: MigratedChunk) async throws(ClusterError) {}
        func clear(_ stray: TableName) async throws(ClusterError) {}
        func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk? { nil }
        func note(_ error: ClusterError, of chunk: Int) async {}
    }

    private static func step(_ work: ChunkMigrationStep.Work, from nodes: [String] = []) -> ChunkMigrationStep {
        ChunkMigrationStep(
            work, of: TableName(schema: "public", name: "m"), since: nil, from: nodes, weight: 20 << 20, on: Site())
    }

    private static func chunk(_ id: Int) -> ChunkMigrationStep.Work {
        .copy(
            SourceChunk(row: [
                "id": String(id), "hypertable_id": "1", "schema": "_timescaledb_internal", "name": "c\(id)",
                "nodes": "{dn1,dn2}",
            ]))
    }

    @Test(arguments: [
        (ClusterMigrationSite.Proof.rows, "copied and compared"), (.counts, "copied, counted on both sides"),
        (.none, "copied, not compared"),
    ])
    func itSaysWhatWasDone(_ proof: ClusterMigrationSite.Proof, _ words: String) async throws {
        let steps = [1, 2].map { Self.step(Self.chunk($0), from: ["dn1"]) }
        let records = await Operation(steps, parallel: 1).run(Unseen())
        let report = MigrationCopyReport(steps, unchanged: 3, uncompared: 2, proof: proof)
        let outcome = report.outcome(records, rest: "migrate copy", took: .seconds(1))
        #expect(outcome.text.first == "m: 2 chunks \(words), 48 rows, 200 bytes")
        #expect(outcome.text.contains { $0.contains("3 chunks unchanged, 2 of them not compared row for row") })
        #expect(outcome.text.contains { $0.hasPrefix("'migrate verify' compares") } == (proof != .rows))
        let last = outcome.table.map { table in (0..<table.count).map { table.row($0).last?.text } }
        #expect(last == [proof.rawValue, proof.rawValue] && outcome.status == .done)
        #expect(outcome.table?.columns.last?.name == "compared")
    }

    /// Nothing was copied of it.
    @Test func whatWasReadAgainAndIsTheSameIsTold() {
        let step = Self.step(Self.chunk(1), from: ["dn1"])
        let report = MigrationCopyReport([step], unchanged: 3, proof: .rows)
        let outcome = report.outcome(
            [StepRecord(step: step, outcome: .done(.same), milliseconds: 1)], rest: "", took: .seconds(1))
        #expect(
            outcome.text.first == "m: 0 chunks copied and compared, 0 rows, 0 bytes, 1 read again and found as copied")
        #expect(!outcome.changed && outcome.status == .done)
    }

    @Test func beforehandEachStepIsThereWithItsTime() throws {
        let steps = [
            Self.step(.clear(TableName(schema: "s", name: "stray"))), Self.step(Self.chunk(1), from: ["dn1", "dn2"]),
            Self.step(Self.chunk(2), from: ["dn2"]),
        ]
        let report = MigrationCopyReport(steps, unchanged: 1, proof: .rows)
        let outcome = report.preview(.sampled(bytesPerSecond: 10 * 1_048_576, rows: 50_000))
        let table = try #require(outcome.table)
        let line = try #require(outcome.line)
        #expect(
            (0..<table.count).map { line(table.row($0)) } == [
                "remove s.stray of m", "copy c1 of m from dn1: 20 MB", "copy c2 of m from dn2: 20 MB",
            ])
        #expect(
            outcome.text == [
                "2 chunks to copy, 40 MB at the source, 1 to remove; 1 unchanged",
                "about 4 s one by one (10 MB/s, from a sample of 50000 rows); writers go on meanwhile",
            ])
        #expect(table.columns.last?.name == "ms" && table.row(1).last?.text == "2000.0")
        // What a program chooses from is what the command has otherwise.
        #expect(table.columns.allSatisfy { MigrationCopyReport.columns.contains($0) })
        #expect(outcome.status == .done && outcome.failures.isEmpty)
    }

    @Test func beforehandItSaysWhatStandsInTheWay() {
        let steps = [Self.step(Self.chunk(1), from: ["dn1"]), Self.step(Self.chunk(2))]
        let outcome = MigrationCopyReport(steps, unchanged: 0, proof: .rows).preview(.assumed)
        #expect(outcome.status == .partial && outcome.failures.count == 1)
        #expect(outcome.failures.first?.message.contains("1 chunk can't be copied") == true, "\(outcome.failures)")
        #expect(outcome.text.last?.contains("which is assumed") == true)
    }

    @Test func whereNothingIsLeftItSaysThat() {
        let outcome = MigrationCopyReport([], unchanged: 4, uncompared: 4, proof: .none).preview(.assumed)
        #expect(
            outcome.text == [
                "nothing to copy: 4 chunks unchanged, 4 of them not compared row for row: 'migrate verify' does that"
            ])
    }
}
