import CannedServers
import MultiNode
import Rendering
import Shell
import Testing

/// How far a migration is, and how it says what nobody has compared.
@Suite(.timeLimit(.minutes(1))) struct MigrateStatusTests {
    private let canned = CannedCluster()
    private static let metrics = TableName(schema: "public", name: "metrics")
    private static let migration = Migration(
        cluster: "c1", sourceID: 1, source: metrics, target: TableName(schema: "public", name: "metrics__new"))

    private static func record(sum: String?) -> [String: String?] {
        [
            "hypertable_id": "1", "source_id": "7", "source_schema": "_timescaledb_internal", "source_name": "c7",
            "state": "copied", "target_schema": "_timescaledb_internal", "target_name": "_tscl_9_7_chunk",
            "node": "dn1", "node_uuid": "dn1", "snapshot_xmin": "700", "row_count": "24", "bytes": "10",
            "is_compressed": "f", "checksum": sum, "is_there": "t", "target_xid": "800", "node_started": "1700",
        ]
    }

    /// A chunk is copied; it is compared between the first look and the second.
    init() {
        func answer(_ statement: SQL, _ replies: Reply...) {
            canned[CannedCluster.accessNode].replies(to: statement, replies)
        }
        answer(MigrationStore.state, .rows([["has_target": "f", "has_tables": "t"]]))
        answer(
            Migration.list(ofCluster: "c1"),
            .rows([
                [
                    "cluster": "c1", "source_id": "1", "source_schema": "public", "source_name": "metrics",
                    "target_schema": "public", "target_name": "metrics__new", "state": "copying", "accepted": "{}",
                    "undo": "{}",
                ]
            ]))
        let chunk: [String: String?] = [
            "id": "7", "hypertable_id": "1", "schema": "_timescaledb_internal", "name": "c7", "nodes": "{dn1}",
            "read": "dn1",
        ]
        answer(SourceChunk.list(of: [1], CannedCluster.capabilities), .rows([chunk]))
        answer(
            MigratedChunk.list(of: [1], ofCluster: "c1"), .rows([Self.record(sum: nil)]),
            .rows([Self.record(sum: "17")]))
        answer(StrayChunk.list(of: Self.migration), .none)
        answer(Self.migration.nameNow, .rows([["schema": "public", "name": "metrics"]]))
        answer(AggregateRows.list(over: Self.metrics), .none)
        let record = MigratedChunk(row: Self.record(sum: nil))
        for statement in [
            "BEGIN READ ONLY", SourceReading.settings,
            "SET LOCAL lock_timeout = '1s'", "ROLLBACK",
        ] as [SQL] { answer(statement, .done("SET")) }
        answer(TargetLook.query([record]), .rows([["id": "7", "changed": "f"]]))
        canned["dn1"].answer(AllRows.ofSession, .none)
        let facts: [String: String?] = ["schema": "_timescaledb_internal", "name": "c7", "bytes": "8192"]
        canned["dn1"].answer(SourceFacts.list(of: [record.source]), .rows([facts]))
        canned["dn1"].answer(
            ChangeQuery.query([(record, SourceFacts(row: facts))]),
            .rows([["id": "7", "changed": "f", "restarted": "f"]]))
    }

    /// The numbers of its transactions tell nothing then.
    @Test func aNodeThatWasStartedAnewDoesNotTellWhatHasChanged() async throws {
        let record = MigratedChunk(row: Self.record(sum: nil))
        let facts: [String: String?] = ["schema": "_timescaledb_internal", "name": "c7", "bytes": "8192"]
        canned["dn1"].answer(
            ChangeQuery.query([(record, SourceFacts(row: facts))]),
            .rows([["id": "7", "changed": "f", "restarted": "t"]]))
        let answer = try await ShellTrial(canned).run("migrate status --format csv --columns copied,changed")
        #expect(answer.status == .done && answer.data.hasSuffix("\n1,\n"), "\(answer)")
        let told = try await ShellTrial(canned).run("migrate status")
        #expect(
            told.messages.contains("metrics: only their rows tell whether 1 chunk on dn1 changed since"),
            "\(told)")
    }

    @Test func whatWasNotComparedIsTold() async throws {
        let answer = try await ShellTrial(canned).run("migrate status --columns copied,changed,rows,uncompared")
        #expect(answer.status == .done && answer.data.contains(/1 \|\s+0 \|\s+24 \|\s+1\n/), "\(answer)")
        #expect(
            answer.messages.contains(
                "1 copied chunk of metrics was not compared row for row: 'migrate verify metrics'"),
            "\(answer)")
        let compared = try await ShellTrial(canned).run("migrate status --columns rows,uncompared")
        #expect(compared.data.contains(/24 \|\s+0\n/) && !compared.messages.contains("verify"), "\(compared)")
    }

    /// Whoever has written to the copy, and whatever the source has: it is to be copied again.
    @Test func whatIsNotWhatWasCopiedHasChanged() async throws {
        canned[CannedCluster.accessNode].replies(
            to: TargetLook.query([MigratedChunk(row: Self.record(sum: nil))]), [.rows([["id": "7", "changed": "t"]])])
        let answer = try await ShellTrial(canned).run("migrate status --columns copied,changed")
        #expect(answer.data.contains(/1 \|\s+1\n/), "\(answer)")
    }

    /// Another one copies it: nobody waits for that.
    @Test func aCopyThatAnotherOneHasInHandIsNotWaitedFor() async throws {
        canned[CannedCluster.accessNode].replies(
            to: TargetLook.query([MigratedChunk(row: Self.record(sum: nil))]),
            [.refused("canceling statement due to lock timeout", sqlstate: "55P03")])
        let answer = try await ShellTrial(canned).run("migrate status --format csv --columns copied,changed")
        #expect(answer.status == .done && answer.data.hasSuffix("\n1,\n"), "\(answer)")
    }

    /// Again and again, as it is by then, until it is interrupted.
    @Test func itIsWatched() async throws {
        let trial = try ShellTrial(canned) { $0.format = .json }
        var pace = CommandWatch.Pace()
        pace.interval = .milliseconds(1)
        await trial.session.interpreter.keep(pace)
        let running = Task { try await trial.run("migrate status --watch 100ms") }
        await canned.servers.receive(StrayChunk.list(of: Self.migration), times: 4)
        running.cancel()
        let answer = try await running.value
        #expect(answer.status == .interrupted, "\(answer)")
        // It is the watch that takes long, and not a look.
        #expect(!answer.messages.contains("takes") && !canned.toAccessNode.contains(SessionWait.query(of: []).text))
        let rounds = answer.data.split(separator: "\n")
        #expect(rounds.count >= 3 && rounds.allSatisfy { $0.contains(#"[["metrics","metrics__new","copying",1,1,0,"#) })
        #expect(
            rounds.first?.contains(/,\d+,1\]\]/) == true && rounds.last?.contains(/,\d+,0\]\]/) == true, "\(answer)")
        // What takes reading rows to be estimated is not read at each look.
        let list = AggregateRows.list(over: Self.metrics).text
        #expect(canned.toAccessNode.count { $0 == list } == 1)
    }
}
