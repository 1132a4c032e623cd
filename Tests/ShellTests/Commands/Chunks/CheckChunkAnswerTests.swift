import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What `check` finds in the access node's records of chunks: copies that broke off, or are too few.
@Suite struct CheckChunkAnswerTests {
    private let canned = CannedCluster()

    private func check() async throws -> ShellTrial.Answer { try await ShellTrial(canned).run("check") }

    /// What was found, without what helps.
    private func findings(_ answer: ShellTrial.Answer) -> [Substring] {
        answer.data.split(separator: "\n").filter { !$0.hasPrefix("  help: ") }
    }

    @Test(arguments: [
        ("sync", false, "error: access node: the chunk copy op'1 from dn1 to d n broke off behind the stage 'sync'"),
        (
            "attach_compressed_chunk", false,
            "error: access node: the chunk copy op'1 from dn1 to d n broke off behind the stage 'attach_compressed_chunk'"
        ),
        (
            "delete_chunk", true,
            "warning: access node: the move op'1 from dn1 to d n is done, but for its record"
        ),
    ])
    func whatABrokenChunkCopyNeeds(_ stage: String, _ isMove: Bool, _ finding: String) async throws {
        let row =
            [
                "operation": "op'1", "stage": stage, "source": "dn1", "destination": "d n", "move": isMove ? "t" : "f",
            ] as [String: String?]
        canned["an1"].answer(ChunkCopying.list(), .rows([row]))
        let answer = try await check()
        #expect(findings(answer) == [Substring(finding)])
        #expect(answer.data.contains("  help: chunk cleanup 'op''1'"), "\(answer)")
        #expect(answer.status == (stage == "delete_chunk" ? .done : .notHealthy))
    }

    /// They are told by the command that keeps them once, and by this one for as long as they are there.
    @Test func tablesWithRowsThatWereKeptAreNamedWithALineThatPutsThemBack() async throws {
        func row(_ name: String, bytes: String = "8192") -> [String: String?] {
            ["schema": "_timescaledb_internal", "name": name, "bytes": bytes]
        }
        canned["dn1"].answer(
            KeptTable.list,
            .rows([
                row("_dist_hyper_1_7_chunk_replaced"), row("_dist_hyper_1_8_chunk"),
                row("_dist_hyper_1_9_chunk", bytes: "0"),
                row("compress_hyper_2_3_chunk_replaced"), row("orders_replaced"),
                row("_dist_hyper_99_4_chunk_replaced"),
            ]))
        // That of a copy that broke off goes with it.
        canned["an1"].answer(
            ChunkCopying.list(),
            .rows([
                [
                    "operation": "tscl_8_a", "chunk_id": "8", "stage": "sync", "source": "dn2", "destination": "dn1",
                    "move": "f", "running": "t",
                ]
            ]))
        canned["an1"].answer(
            RowShape.list(of: [1]),
            .rows([
                [
                    "id": "1", "schema": "public", "name": "metrics", "columns": "{time,v,twice}",
                    "dimensions": "{time}",
                    "primary_key": "{}", "generated": "{twice}",
                ]
            ]))
        let answer = try await check()
        #expect(
            findings(answer).filter { $0.hasPrefix("warning: dn1") } == [
                "warning: dn1: _timescaledb_internal._dist_hyper_1_7_chunk_replaced (8192 bytes) has rows of metrics that were kept there of a copy of a chunk which is gone, and may be nowhere else, or as they were before they were changed or deleted",
                "warning: dn1: _timescaledb_internal.compress_hyper_2_3_chunk_replaced (8192 bytes) has rows that were kept there of a copy of a chunk which is gone, and may be nowhere else, or as they were before they were changed or deleted",
                "warning: dn1: _timescaledb_internal._dist_hyper_99_4_chunk_replaced (8192 bytes) has rows that were kept there of a copy of a chunk which is gone, and may be nowhere else, or as they were before they were changed or deleted",
            ], "\(answer)")
        // What is computed can't be written.
        #expect(answer.data.contains("INSERT INTO \"public\".\"metrics\" (\"time\", \"v\") OVERRIDING"), "\(answer)")
        // What is there already is not put there once more, unless no other copy had it.
        #expect(answer.data.contains("WHERE k.\"tscl number\" > COALESCE(h.\"tscl count\", 0)"), "\(answer)")
        #expect(answer.data.contains("exec --on dn1 DROP TABLE"), "\(answer)")
    }

    @Test func aCopyThatNobodyHasProvedIsAnError() async throws {
        func row(_ operation: String, running: String = "f", onSource: String = "t") -> [String: String?] {
            [
                "operation": operation, "stage": "complete", "source": "dn1", "destination": "dn2",
                "chunk_schema": "s", "chunk_name": "c", "table_schema": "public", "table_name": "metrics",
                "on_source": onSource, "on_destination": "t", "move": "f", "running": running,
                "other_copies": onSource == "t" ? "1" : "0",
            ]
        }
        canned["an1"].answer(
            ChunkCopying.list(),
            .rows([
                row("tscl_1"), row("tscl_2", running: "t"), row("tscl_3", onSource: "f"), row("ts_copy_1_1"),
            ]))
        let answer = try await check()
        #expect(
            findings(answer) == [
                "error: public.metrics: the copy of s.c on dn2 that tscl_1 has made was never proved equal, and is read all the same"
            ])
        #expect(answer.data.contains("  help: chunk cleanup tscl_1"), "\(answer)")
        #expect(answer.status == .notHealthy)
    }

    /// As a retention policy does.
    @Test func aChunkThatWasDroppedWhileItWasCopiedIsToldOf() async throws {
        canned["an1"].answer(
            ChunkCopying.list(),
            .rows([["operation": "tscl_1", "stage": "complete", "source": "dn1", "destination": "dn2", "move": "f"]]))
        let answer = try await check()
        #expect(
            findings(answer).map { $0.hasPrefix("error: dn2: a chunk was dropped while tscl_1 copied it") } == [true])
        #expect(answer.data.contains("  help: chunk cleanup tscl_1"), "\(answer)")
    }

    /// What seemed to be so is looked at again: a job may be at work on it.
    @Test(arguments: [true, false]) func chunksThatAreNotCompressedAlikeAreTold(_ stays: Bool) async throws {
        canned.has(chunks: [CannedCluster.row(chunk: 1, on: ["dn1", "dn2"])])
        let row = { (node: String) -> [String: String?] in
            [
                "node": node, "schema": "public", "name": "metrics", "chunks": "{10}", "compressed": "{10}",
                "knows": "t",
            ]
        }
        canned["an1"].answer(ChunkInventory.list, .rows([row("dn1"), row("dn2")]))
        canned["an1"].answer(CompressedChunks.list([]), .rows([["chunk": "1", "status": "1"]]))
        for (node, status) in [("dn1", "1"), ("dn2", stays ? "0" : "1")] {
            let place = Place(stringLiteral: node)
            canned[place].answer(ChunkInventory.missing(among: []), .none)
            canned[place].answer(CompressedChunks.all, .rows([["chunks": node == "dn1" ? "{10}" : nil]]))
            canned[place].answer(CompressedChunks.list([]), .rows([["chunk": "10", "status": status]]))
        }
        let answer = try await check()
        let finding: Substring =
            "warning: public.metrics: its chunk _timescaledb_internal._dist_hyper_1_1_chunk is compressed for dn1, the access node, not for dn2: TimescaleDB neither compresses nor decompresses it any more, and no copy of it can be proved"
        #expect(findings(answer) == (stays ? [finding] : ["nothing found on the access node and 3 data nodes"]))
        #expect(answer.data.contains("  help: hypertable repair public.metrics\n") == stays, "\(answer)")
    }

    /// The access node is asked behind the nodes that tell of such chunks, and only then.
    @Test(arguments: [true, false]) func rowsOfWhichTheAccessNodeDoesNotKnowAreTold(_ isNoted: Bool) async throws {
        canned["an1"].answer(
            ChunkInventory.list, .rows([["node": "dn1", "schema": "public", "name": "metrics", "chunks": "{7}"]]))
        canned["dn1"].answer(ChunkInventory.missing(among: []), .none)
        canned["dn1"].answer(UnnotedRows.list, .rows([["chunk": "7"]]))
        let row: [String: String?] = [
            "table_schema": "public", "table_name": "metrics", "schema": "s", "name": "c",
        ]
        canned["an1"].answer(UnnotedRows.query([]), isNoted ? .none : .rows([row]))
        let answer = try await check()
        #expect(answer.status == .done)
        #expect(
            answer.data.contains("rows were added to one of its chunks beside a compression") != isNoted, "\(answer)")
        #expect(answer.data.contains("help: sql SELECT compress_chunk(decompress_chunk(c))") != isNoted, "\(answer)")
    }

    @Test(arguments: [true, false]) func chunksWithTooFewCopiesAreRepaired(_ canBe: Bool) async throws {
        canned["an1"].answer(
            UnderReplication.list,
            .rows([["schema": "public", "name": "metrics", "chunks": "2", "destination": canBe ? "dn3" : nil]]))
        let answer = try await check()
        let before = canBe ? "" : "node attach NAME --to public.metrics; then "
        #expect(answer.data.contains("  help: \(before)hypertable repair public.metrics"), "\(answer)")
        #expect(answer.data.contains("2 chunks have too few replicas"))
    }
}
