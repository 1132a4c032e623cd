import Testing

@testable import MultiNode

/// How what a copy of a chunk has left behind is cleaned up.
@Suite struct CopyCleaningTests {
    private static let stages = [
        "create_empty_chunk", "create_empty_compressed_chunk", "create_publication", "create_replication_slot",
        "create_subscription", "sync_start", "sync", "drop_subscription", "drop_publication",
    ]
    private let nodes: Set = ["dn1", "dn2", "dn3"]

    private func copying(
        _ stage: String, operation: String = "ts_copy_1_7", on places: Set<String> = ["dn1"], isMove: Bool = false,
        isChunkThere: Bool = true, compressed: String? = nil
    ) -> ChunkCopying {
        ChunkCopying(row: [
            "operation": operation, "chunk_id": "7", "chunk_schema": "_timescaledb_internal",
            "chunk_name": isChunkThere ? "_dist_hyper_1_7_chunk" : nil, "table_schema": "public",
            "table_name": isChunkThere ? "metrics" : nil, "source": "dn1", "destination": "dn2", "stage": stage,
            "move": isMove ? "t" : "f", "compressed": compressed, "on_source": places.contains("dn1") ? "t" : "f",
            "on_destination": places.contains("dn2") ? "t" : "f",
            "other_copies": String(places.subtracting(["dn2"]).count),
        ])
    }

    @Test func whatIsNoCopyYetIsCleanedUpByTheServer() {
        for stage in Self.stages {
            let copying = copying(stage)
            #expect(copying.cleaning(among: nodes) == .clean)
            let touchesSource = !stage.hasPrefix("create_empty")
            #expect(copying.places(of: .clean, among: nodes) == (touchesSource ? ["dn1", "dn2"] : ["dn2"]))
        }
        #expect(copying("init").cleaning(among: nodes) == .forget)
    }

    @Test func whatTheServerCanNotCleanUpGoesByHand() {
        for stage in Self.stages {
            #expect(copying(stage, isChunkThere: false).cleaning(among: nodes) == .byHand)
            #expect(copying(stage).cleaning(among: ["dn1", "dn3"]) == .byHand)
            #expect(copying(stage).cleaning(among: ["dn2"]) == .byHand)
            // The server's cleanup would drop a copy that another operation has made.
            #expect(copying(stage, on: ["dn1", "dn2"]).cleaning(among: nodes) == .byHand)
            // It does not quote the name.
            #expect(copying(stage, compressed: "compress_DN1").cleaning(among: nodes) == .byHand)
            #expect(copying(stage, compressed: "compress_hyper_2_8_chunk").cleaning(among: nodes) == .clean)
        }
        #expect(copying("sync").places(of: .byHand, among: ["dn2"]) == ["dn2"])
    }

    /// Only who has both copies could compare them.
    @Test func theLastCopyIsKeptForAPersonOnlyWhereItsSourceIsThere() {
        let last = copying("complete", operation: "tscl_7_a", on: ["dn2"])
        #expect(last.cleaning(among: nodes) == .keep)
        #expect(last.cleaning(among: ["dn2", "dn3"]) == .forget)
        let half = copying("attach_chunk", operation: "tscl_7_a", on: ["dn2"], compressed: "compress_7_tscl_chunk")
        #expect(half.cleaning(among: nodes) == .keep)
        #expect(half.cleaning(among: ["dn2", "dn3"]) == .byHand)
    }

    @Test func aChunkThatWasDroppedMeanwhileGoesOnTheDestinationToo() {
        for stage in Self.stages + ["attach_chunk", "attach_compressed_chunk", "delete_chunk", "complete"] {
            let copying = copying(stage, isChunkThere: false)
            #expect(copying.cleaning(among: nodes) == .byHand)
            #expect(
                copying.looseTables(of: []).text.contains("^_dist_hyper_")
                    && copying.looseTables(of: []).values.contains("7"))
        }
        #expect(!copying("sync").looseTables(of: []).text.contains("^_dist_hyper_"))
    }

    @Test func theOnlyCopyIsNeverDropped() {
        for stage in Self.stages + ["init", "attach_chunk", "attach_compressed_chunk", "delete_chunk", "complete"] {
            for operation in ["ts_copy_1_7", "tscl_1"] {
                for isMove in [false, true] {
                    let copying = copying(stage, operation: operation, on: ["dn2"], isMove: isMove)
                    #expect([.forget, .byHand, .keep].contains(copying.cleaning(among: nodes)), "\(stage)")
                    // By hand too it stays.
                    #expect(!copying.looseTables(of: []).values.contains("_dist_hyper_1_7_chunk"))
                }
            }
        }
        #expect(copying("attach_chunk", on: ["dn2"], compressed: "c").cleaning(among: nodes) == .keep)
    }

    @Test func theServersCleanupIsNeverCalledForAMoveThatIsDone() {
        for places: Set<String> in [["dn1"], ["dn2"], ["dn1", "dn2"], []] {
            for isMove in [true, false] {
                let cleaning = copying("delete_chunk", on: places, isMove: isMove).cleaning(among: nodes)
                #expect(cleaning == .forget)
            }
        }
        #expect(!copying("delete_chunk").cleanupOnlyForgets)
    }

    @Test func aCopyThatIsAttachedAndNotProvedIsDropped() {
        for stage in ["attach_chunk", "attach_compressed_chunk"] {
            #expect(copying(stage, on: ["dn1", "dn2"]).cleaning(among: nodes) == .undo)
            #expect(copying(stage, on: ["dn1"]).cleaning(among: nodes) == .byHand)
        }
        for stage in ["complete", "delete_chunk"] {
            let unproved = copying(stage, operation: "tscl_1", on: ["dn1", "dn2"])
            #expect(unproved.isUnproved && unproved.cleaning(among: nodes) == .undo)
            // The copy that it was made from is gone, and another is there.
            let orphan = copying(stage, operation: "tscl_1", on: ["dn2", "dn3"])
            #expect(orphan.isUnproved && orphan.cleaning(among: nodes) == .compare)
            // Its registration went while its node was marked unavailable; the table may be there.
            let gone = copying(stage, operation: "tscl_1", on: ["dn1", "dn3"])
            #expect(gone.isOrphaned && gone.cleaning(among: nodes) == .byHand)
            #expect(gone.places(of: .byHand, among: nodes) == ["dn1", "dn2"])
            let single = copying(stage, operation: "tscl_1", on: ["dn2"])
            #expect(!single.isUnproved)
            // Its source may have rows that it lacks, and is dropped when it comes back.
            #expect(single.cleaning(among: nodes) == (stage == "complete" ? .keep : .forget))
        }
    }

    @Test func aChunkOfTheNodeIsOnlyDroppedWhereNobodyCanMissIt() {
        let ours = copying("complete", operation: "tscl_1").looseTables(of: [3, 4])
        #expect(ours.text.contains("c.hypertable_id <> ALL (") && ours.values.contains("{3,4}"))
        #expect(ours.values.contains("_dist_hyper_1_7_chunk") && !ours.text.contains("c.id IS NULL"))
        // At other stages it is not the copy's.
        let early = copying("sync").looseTables(of: [3])
        #expect(early.text.contains("::name AND c.id IS NULL"))
        let attached = copying("complete", operation: "tscl_1", on: ["dn1", "dn2"])
        #expect(!attached.isOrphaned && !attached.looseTables(of: [3]).values.contains("_dist_hyper_1_7_chunk"))
        #expect(!copying("complete", operation: "tscl_1", on: ["dn3"]).isOrphaned)
    }

    @Test func whatOthersHaveMadeIsCompared() {
        #expect(copying("complete", on: ["dn1", "dn2"]).cleaning(among: nodes) == .compare)
        #expect(copying("complete", on: ["dn2"]).cleaning(among: nodes) == .forget)
    }

    @Test func aCopyIsDroppedBehindALockThatNoOtherSessionHolds() throws {
        let undoing = try #require(
            copying("attach_chunk", on: ["dn1", "dn2"]).undoing(Servers.version213, lockWithin: .seconds(3)))
        #expect(
            undoing.plan.sent.map(\.shown) == [
                "BEGIN", DurableCommit.ofTransaction.shown, "SET LOCAL lock_timeout = 3000",
                "SET LOCAL statement_timeout = 3000",
                "SET LOCAL idle_in_transaction_session_timeout = 1500",
                #"LOCK TABLE ONLY "public"."metrics" IN SHARE ROW EXCLUSIVE MODE"#,
                #"SELECT "_timescaledb_functions".chunk_drop_replica('"_timescaledb_internal"."_dist_hyper_1_7_chunk"', 'dn2')"#,
                "COMMIT",
            ])
        #expect(copying("attach_chunk", isChunkThere: false).undoing(Servers.version213, lockWithin: .zero) == nil)
    }
}
