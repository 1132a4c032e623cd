import CannedServers
import MultiNode
import Shell
import Testing

/// What `chunk cleanup` makes of answers.
@Suite struct ChunkCleanupTests {
    private let canned = CannedCluster()

    init() {
        let access = CannedCluster.capabilities
        canned["an1"].answer(ChunkCopySQL.claim(7, process: 0), .value("t"))
        canned["an1"].answer(
            Healing.statement(for: DataNode(row: CannedCluster.row(node: "dn1")), access), .value("0"))
        canned["an1"].answer("SET statement_timeout = \(literal: 120_000)", .done("SET"))
        canned["an1"].answer(SessionLimits.endingOwnLimit(process: 1), .value("0"))
        for node in ["BEGIN", "ROLLBACK"] as [SQL] { canned["an1"].answer(node, .done(node.text)) }
        var choice = Chunk.Choice()
        choice.name = TableName(schema: "s", name: "c")
        canned["an1"].answer(Chunk.list(choice, access), .none)
        for node in canned.nodes {
            let place = Place(stringLiteral: node)
            canned[place].answer(ChunkCopying(row: row("op", "sync")).isChunkThere, .value("f"))
            canned[place].answer(CopyTraces.slots, .none)
            canned[place].answer(
                CopyTraces.query,
                .rows([["subscriptions": "{}", "publications": "{}", "numbers": "{}", "system_id": node]]))
        }
    }

    private func has(_ rows: [[String: String?]]) {
        canned["an1"].answer(ChunkCopying.list(), .rows(rows))
        canned["an1"].answer(ChunkCopying.list(ofChunk: 7), .rows(rows))
        for row in rows {
            canned["an1"].answer(ChunkCopying(row: row).cleanup, .done("CALL"))
            canned["an1"].answer(ChunkCopying(row: row).forgetting, .done("DELETE 1"))
        }
    }

    private func row(
        _ operation: String, _ stage: String, running: Bool = false, on places: Set<String> = ["dn1"]
    ) -> [String: String?] {
        [
            "operation": operation, "chunk_id": "7", "chunk_schema": "s", "chunk_name": "c", "table_schema": "public",
            "table_name": "metrics", "source": "dn1", "destination": "dn2", "stage": stage, "pid": "99", "move": "f",
            "running": running ? "t" : "f", "on_source": places.contains("dn1") ? "t" : "f",
            "on_destination": places.contains("dn2") ? "t" : "f",
            "other_copies": String(places.subtracting(["dn2"]).count),
        ]
    }

    private var cleanups: [String] {
        canned.toAccessNode.filter {
            $0.contains("cleanup_copy") || $0.contains("DELETE") || $0.contains("drop_replica")
        }
    }

    @Test func itsNodesAreHealedFirst() async throws {
        has([row("op", "sync")])
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data.contains("op cleaned up: what it had left on dn1, dn2 behind the stage 'sync' is gone"),
            "\(answer)")
        let sent = canned.toAccessNode
        let healed = sent.lastIndex { $0.contains("remote_txn_heal_data_node(") }
        let cleaned = sent.firstIndex { $0.contains("cleanup_copy") }
        #expect(healed ?? .max < cleaned ?? -1)
        #expect(sent.count { $0.contains("remote_txn_heal_data_node(") } == 2)
    }

    /// The access node was restored from a backup that was made while the chunk was moved, and the move was ended then.
    @Test func whatTheDestinationHasAsAChunkIsNotDropped() async throws {
        has([row("op", "sync")])
        canned["dn2"].answer(ChunkCopying(row: row("op", "sync")).isChunkThere, .value("t"))
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .failed && cleanups.isEmpty, "\(answer)")
        #expect(answer.messages.contains("dn2 has s.c as a chunk, though behind the stage 'sync' it can have none"))
    }

    /// The node was lost and given up while its only copy of a chunk was on the way. Another server may have its name now.
    @Test(arguments: [("dn9", true), ("dn9", false), ("dn1", true), ("dn1", false)])
    func whatHasComeFromANodeThatIsGoneStays(_ source: String, isChunk: Bool) async throws {
        var lost = row("op", "sync", on: [])
        (lost["chunk_schema"], lost["chunk_name"], lost["source"]) = (nil as String?, nil as String?, source)
        has([lost])
        let copying = ChunkCopying(row: lost)
        let loose = [
            "schema": "_timescaledb_internal", "name": "_dist_hyper_1_7_chunk", "kept": "f",
            "chunk": isChunk ? "t" : "f", "aside": "_dist_hyper_1_7_chunk_replaced",
        ]
        let table = LooseTable(row: loose)
        canned["an1"].answer(copying.hypertablesThere, .none)
        canned["dn1"].answer(copying.isDroppedThere, .value("f"))
        canned["dn1"].answer(copying.slotDrop, .none)
        canned["dn1"].answer(copying.publicationDrop, .done("DROP PUBLICATION"))
        var node = canned["dn2"]
        node.answer(copying.looseTables(of: []), .rows([loose]))
        node.answer(copying.subscription, .none)
        node.answer(AllRows.ofSession, .done("SELECT 1"))
        node.answer(ChunkCopying.hasRows(table.table), .value("t"))
        node.answer(table.keeping, .done("ALTER TABLE"))
        node.answer(CopyFacts.count(of: table.aside), .value("300"))
        node.answer(ChunkCopying.dropping(table.table), .done("DROP TABLE"))
        canned["dn2"] = node
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data.contains("_dist_hyper_1_7_chunk_replaced (300 rows) on dn2 has what had come there"),
            "\(answer)")
        let sent = canned.servers.statements(to: "dn2")
        #expect(sent.contains(table.keeping.text) && !sent.contains { $0.hasPrefix("DROP TABLE") })

        canned["dn2"].answer(ChunkCopying.hasRows(table.table), .value("f"))
        #expect(try await canned.run("chunk cleanup").status == .done)
        #expect(canned.servers.statements(to: "dn2").contains { $0.hasPrefix("DROP TABLE") })
    }

    /// What has rows stays, and a person is told so before.
    @Test func thePreviewTellsWhatStaysOfANodeThatIsGone() async throws {
        var lost = row("op", "sync", on: [])
        (lost["chunk_schema"], lost["chunk_name"], lost["source"]) = (nil as String?, nil as String?, "dn9")
        has([lost])
        let answer = try await canned.run("chunk cleanup --dry-run")
        #expect((answer.data + answer.messages).contains("what has rows on dn2 would be kept there"), "\(answer)")
        #expect(cleanups.isEmpty)
    }

    /// There is nothing any more that it could be compared with, and nobody to look at it.
    @Test func whereTheSourceIsGoneTheRecordOfTheLastCopyGoes() async throws {
        var last = row("tscl_7_a", "complete", on: ["dn2"])
        last["source"] = "dn9"
        has([last])
        let preview = try await canned.run("chunk cleanup --dry-run")
        #expect((preview.data + preview.messages).contains("is the only one, and stays"), "\(preview)")
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data.contains("tscl_7_a forgotten: the copy of s.c on dn2 is the only one, and stays"), "\(answer)")
        #expect(cleanups.count == 1 && cleanups[0].contains("DELETE"), "\(cleanups)")
    }

    /// The source tells that it has dropped it, as all nodes do where a retention policy has.
    @Test func whatWasDroppedOnPurposeGoes() async throws {
        var row = row("op", "sync", on: [])
        for column in ["chunk_schema", "chunk_name", "table_schema", "table_name"] { row[column] = .some(nil) }
        let dropped = try await cleanUp(row, there: [table(kept: "f")])
        #expect(dropped.answer.status == .done && dropped.dropped.count == 1, "\(dropped)")
    }

    /// An access node that was stopped as the table was made has left a prepared transaction there, for which the next copy
    /// would wait. A node that can't be healed does not keep the record.
    @Test func whereOneHasOnlyBegunItsNodesAreHealedToo() async throws {
        has([row("op", "init")])
        canned["an1"].answer(
            Healing.statement(for: DataNode(row: CannedCluster.row(node: "dn1")), CannedCluster.capabilities),
            .refused("could not connect to \"dn1\"", sqlstate: "08001"))
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .done && answer.data.contains("op forgotten"), "\(answer)")
        #expect(canned.toAccessNode.count { $0.contains("remote_txn_heal_data_node(") } == 2)
    }

    @Test func oneThatRunsIsLeftAlone() async throws {
        has([row("op", "sync", running: true)])
        let all = try await canned.run("chunk cleanup")
        #expect(all.status == .done && all.data.contains("unchanged: op still runs"), "\(all)")
        let named = try await canned.run("chunk cleanup op")
        #expect(named.status == .failed && named.messages.contains("op still runs, in the process 99"), "\(named)")
        #expect(cleanups.isEmpty)
    }

    @Test func whatAnotherCopyOfTheChunkMayUseStays() async throws {
        has([row("op", "sync"), row("other", "sync", running: true)])
        let answer = try await canned.run("chunk cleanup op")
        #expect(answer.status == .failed && answer.messages.contains("other works on the same chunk now"), "\(answer)")
        has([row("op", "sync")])
        canned["an1"].answer(ChunkCopySQL.claim(7, process: 0), .value("f"))
        let claimed = try await canned.run("chunk cleanup op")
        #expect(claimed.messages.contains("another tscl works on the same chunk now"), "\(claimed)")
        #expect(cleanups.isEmpty)
    }

    /// Its session is somebody else's next, with all that it has locked.
    @Test func nothingIsDoneThroughAPooler() async throws {
        has([row("op", "sync")])
        canned["an1"].answer(ChunkCopySQL.claim(7, process: 0), .rows([["claimed": nil]]))
        let answer = try await canned.run("chunk cleanup op")
        #expect(answer.status == .failed && cleanups.isEmpty, "\(answer)")
        #expect(answer.messages.contains("a pooler stands between tscl and the access node"))
    }

    @Test func theRecordOfAMoveThatIsDoneIsOnlyDeleted() async throws {
        has([row("op", "delete_chunk", on: ["dn2"])])
        let answer = try await canned.run("chunk cleanup")
        #expect(answer.status == .done && answer.data.contains("op forgotten"), "\(answer)")
        #expect(cleanups.count == 1 && cleanups[0].hasPrefix("DELETE FROM _timescaledb_catalog.chunk_copy_operation"))
    }

    @Test func aNodeThatIsDownKeepsWhatItHas() async throws {
        has([row("op", "sync")])
        canned["an1"].answer(
            Healing.statement(
                for: DataNode(row: CannedCluster.row(node: "dn1")), CannedCluster.capabilities),
            .refused("could not connect to \"dn1\"", sqlstate: "08001"))
        let answer = try await canned.run("chunk cleanup op")
        #expect(answer.status == .partial && cleanups.isEmpty, "\(answer)")
        #expect(answer.messages.contains("dn1 does not answer, so what op has left there stays"))
        #expect(answer.messages.contains("node abandon dn1 --lose-data"))
    }

    /// The log of the source is held back as long as its slot is there, however long the other end is down.
    @Test func whereTheDestinationIsDownTheSourceIsFreed() async throws {
        let copying = ChunkCopying(row: row("op", "sync"))
        has([row("op", "sync")])
        func cleanUp() async throws -> ShellTrial.Answer {
            // The source is healed before the destination.
            canned["an1"].answer(
                Healing.statement(
                    for: DataNode(row: CannedCluster.row(node: "dn1")), CannedCluster.capabilities),
                .value("0"), .refused("could not connect to \"dn2\"", sqlstate: "08001"))
            return try await canned.run("chunk cleanup op")
        }
        canned["dn1"].answer(copying.slotDrop, .none)
        canned["dn1"].answer(copying.publicationDrop, .done("DROP PUBLICATION"))
        let answer = try await cleanUp()
        #expect(answer.status == .partial && cleanups.isEmpty, "\(answer)")
        #expect(
            answer.messages.contains("dn2 does not answer, so what op has left there stays")
                && answer.messages.contains("its slot and publication on dn1 are gone"), "\(answer)")
        #expect(!answer.messages.contains("left there that may be its"), "\(answer)")
        let sent = canned.servers.statements(to: "dn1")
        #expect(sent.contains(copying.slotDrop.text) && sent.contains(copying.publicationDrop.text))

        canned["dn1"].answer(
            CopyTraces.slots,
            .rows([
                ["slot": "pg_1_sync_2_3", "active": "f"], ["slot": "pg_4_sync_5_6", "active": "t"],
                ["slot": "standby", "active": "f"],
            ]))
        let slots = try await cleanUp()
        #expect(slots.messages.contains("hold back the log as well: pg_1_sync_2_3, which SELECT"), "\(slots)")

        canned["dn1"].answer(copying.publicationDrop, .refused("must be owner of publication op", sqlstate: "42501"))
        let left = try await cleanUp()
        #expect(
            left.messages.contains("its slot and publication on dn1 may be left, too, which hold back the log there"),
            "\(left)")
    }

    @Test func aDryRunShowsWhatEachStageTakes() async throws {
        has([row("op", "sync"), row("op2", "delete_chunk"), row("tscl_1", "complete", on: ["dn1", "dn2"])])
        let answer = try await canned.run("chunk cleanup --dry-run")
        #expect(answer.status == .done && cleanups.isEmpty, "\(answer)")
        #expect(answer.data.contains("CALL timescaledb_experimental.cleanup_copy_chunk_operation('op');"))
        #expect(answer.data.contains("operation_id = 'op2'"))
        #expect(answer.data.contains(#"LOCK TABLE ONLY "public"."metrics" IN SHARE ROW EXCLUSIVE MODE;"#))
        #expect(!answer.data.contains("cleanup_copy_chunk_operation('tscl_1')"))
    }

    /// What the destination has of a copy, and how the cleanup of it ends.
    private func cleanUp(
        _ row: [String: String?], there tables: [[String: String?]]
    ) async throws -> (answer: ShellTrial.Answer, dropped: [String]) {
        has([row])
        let copying = ChunkCopying(row: row)
        let table = TableName(schema: "_timescaledb_internal", name: "_dist_hyper_1_7_chunk")
        canned["an1"].answer(copying.hypertablesThere, .rows([["number": "3"]]))
        var choice = Chunk.Choice()
        choice.name = copying.chunk
        canned["an1"].answer(
            Chunk.list(choice, CannedCluster.capabilities), .rows([CannedCluster.row(chunk: 7, on: ["dn1"])]))
        let shape = [
            "schema": "public", "name": "metrics", "columns": "{time,v}", "dimensions": "{time}", "primary_key": "{}",
        ]
        canned["an1"].answer(RowShape.list(of: [1]), .rows([shape]))
        // Both copies are empty.
        for node in ["dn1", "dn2"] {
            canned[Place(stringLiteral: node)].otherwise = .none
            canned[Place(stringLiteral: node)].answer(
                CopyQuestion.digest().query(of: table, CannedCluster.shape), .rows([["rows": "0", "hash": nil]]))
        }
        canned["dn1"].answer(ChunkInventory.missing(among: [70]), .none)
        canned["dn1"].answer(copying.isDroppedThere, .value("t"))
        canned["dn1"].answer(copying.slotDrop, .none)
        canned["dn1"].answer(copying.publicationDrop, .done("DROP PUBLICATION"))
        canned["dn2"].answer(copying.looseTables(of: [3]), .rows(tables))
        canned["dn2"].answer(copying.subscription, .none)
        canned["dn2"].answer(ChunkCopying.dropping(table), .done("DROP TABLE"))
        let answer = try await canned.run("chunk cleanup \(copying.operation)")
        return (answer, canned.servers.statements(to: "dn2").filter { $0.contains("DROP TABLE") })
    }

    private func table(kept: String) -> [String: String?] {
        ["schema": "_timescaledb_internal", "name": "_dist_hyper_1_7_chunk", "kept": kept]
    }

    @Test func aChunkOfADetachedHypertableStays() async throws {
        var row = row("op", "drop_publication", on: [])
        for column in ["chunk_schema", "chunk_name", "table_schema", "table_name"] { row[column] = .some(nil) }
        let kept = try await cleanUp(row, there: [table(kept: "t")])
        #expect(kept.answer.status == .done && kept.dropped.isEmpty, "\(kept)")
        #expect(
            kept.answer.data.contains(
                "_dist_hyper_1_7_chunk on dn2, of a hypertable that the access node has no more there"), "\(kept)")
        let dropped = try await cleanUp(row, there: [table(kept: "f")])
        #expect(dropped.dropped.count == 1 && !dropped.answer.data.contains("but for"), "\(dropped)")
    }

    @Test func aCopyThatIsRegisteredNoMoreIsDroppedOnItsNode() async throws {
        let row = row("tscl_1", "complete", on: ["dn1"])
        let cleaned = try await cleanUp(row, there: [table(kept: "f")])
        #expect(cleaned.answer.status == .done && cleaned.dropped.count == 1, "\(cleaned)")
        // Only where the source has the chunk.
        canned.servers.forgetWhatWasSent()
        canned["dn1"].answer(ChunkInventory.missing(among: [70]), .rows([["id": "70"]]))
        let lacking = try await canned.run("chunk cleanup tscl_1")
        #expect(lacking.status == .failed && lacking.messages.contains("the copy on dn2 stays"), "\(lacking)")
        #expect(!canned.servers.statements(to: "dn2").contains { $0.contains("DROP TABLE") } && cleanups.isEmpty)
    }

    @Test func whatAnotherHasCleanedUpMeanwhileIsNotTouched() async throws {
        has([row("tscl_1", "complete", on: ["dn1"])])
        canned["an1"].answer(
            ChunkCopying.list(ofChunk: 7), .rows([row("tscl_1", "complete", on: ["dn1"])]), .none)
        let answer = try await canned.run("chunk cleanup tscl_1")
        #expect(answer.status == .done && answer.data.contains("tscl_1 forgotten"), "\(answer)")
        #expect(cleanups.isEmpty && !canned.servers.statements(to: "dn2").contains { $0.contains("DROP TABLE") })
    }

    @Test func nothingIsLeftIsSaid() async throws {
        has([])
        let answer = try await canned.run("chunk cleanup gone")
        #expect(answer.status == .done && answer.data.contains("unchanged: there is no record of a copy gone"))
    }
}
