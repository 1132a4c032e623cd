import MultiNode
import Testing

@Suite struct InDoubtTests {
    /// What `rxid` of TimescaleDB 2.13.1 makes of them.
    @Test(
        arguments: [
            ("ts-1-949-17222-10", [949, 17222, 10]), ("ts-257-1-2-3", [1, 2, 3]), ("ts-1- 1-2-3", [1, 2, 3]),
            ("ts-1--1-2-3", [4_294_967_295, 2, 3]), ("ts-1-99999999999999999999999-2-3", [4_294_967_295, 2, 3]),
            ("ts-1-4294967297-2-3", [1, 2, 3]), ("ts-+1-+1-2-3", [1, 2, 3]),
        ] as [(String, [UInt32])])
    func ours(_ gid: String, numbers: [UInt32]) {
        guard case .distributed(let id) = TransactionID.parse(gid) else {
            Issue.record("\(gid) is read as none of ours")
            return
        }
        #expect([id.xid, id.serverOID, id.roleOID] == numbers)
    }

    @Test(arguments: [
        "ts-", "ts-1-1-2", "ts-1-1-2-3x", "ts-1-1-2-3 ", "ts-0x1-1-2-3", "ts-garbage", "ts-1-1-2-3-4", "ts-1-1-2-",
    ])
    func malformed(_ gid: String) {
        #expect(TransactionID.parse(gid) == .malformed)
    }

    @Test func foreignAndOtherVersions() {
        for gid in ["", "TS-1-1-2-3", "t", "somebody-elses", " ts-1-1-2-3"] {
            #expect(TransactionID.parse(gid) == .foreign)
        }
        #expect(TransactionID.parse("ts-2-1-2-3") == .otherVersion(2))
    }

    @Test func snapshots() throws {
        let snapshot = try #require(TransactionSnapshot("780:785:780,783"))
        #expect([779, 781, 784, 1, 2].allSatisfy { !snapshot.isInProgress($0) })
        #expect([780, 783, 785, 786, 2_000_000_000].allSatisfy { snapshot.isInProgress($0) })
        #expect(!snapshot.isInProgress(UInt32.max), "an id from before the counter went round lies behind")
        let later = try #require(TransactionSnapshot("8589934602:8589934605:8589934603"))
        #expect(later.isInProgress(11) && later.isInProgress(13) && !later.isInProgress(10))
        #expect(!later.isInProgress(4_294_967_290))
        let half = try #require(TransactionSnapshot("3000000000:3000000000:"))
        #expect(!half.isInProgress(1) && half.isInProgress(3))
        for text in ["", "1:2", "a:b:c"] { #expect(TransactionSnapshot(text) == nil) }
    }

    @Test func verdicts() throws {
        let snapshot = try #require(TransactionSnapshot("780:785:780"))
        let node = DataNode(name: "dn1", serverOID: 5, host: "h", database: "d")
        func verdict(_ gid: String) -> InDoubtTransaction.Verdict {
            InDoubtTransaction(gid: gid, ageSeconds: 1, owner: "o")
                .verdict(on: node, committed: ["ts-1-779-5-10"], snapshot)
        }
        #expect(verdict("ts-1-779-5-10") == .commit)
        #expect(verdict("ts-1-778-5-10") == .abort)
        #expect(verdict("ts-1-780-5-10") == .inProgress)
        #expect(verdict("ts-1-790-5-10") == .inProgress)
        // It has ended since the snapshot was taken.
        let ended = InDoubtTransaction(gid: "ts-1-780-5-10", ageSeconds: 1, owner: "o")
        #expect(ended.verdict(on: node, committed: ["ts-1-780-5-10"], snapshot) == .commit)
        #expect(verdict("mine") == .foreign)
        // What the access node has of these numbers is about others of its own.
        #expect(verdict("ts-1-778-6-10") == .another)
        #expect(verdict("ts-x") == .malformed)
        #expect(verdict("ts-2-1-1-1") == .malformed)
        #expect(InDoubtTransaction.Verdict.inProgress.rawValue == "in_progress")
    }

    @Test func aNodeThatHoldsAnothersIsNotHealed() {
        let node = DataNode(name: "dn1", serverOID: 5, host: "h", database: "d")
        func proof(isToHeal: Bool) -> String {
            NodeProof.statement(of: node, cluster: "c", number: 1, isToHeal: isToHeal, Servers.version213).text
        }
        #expect(proof(isToHeal: true).contains("<> ''5''") && !proof(isToHeal: false).contains("<> ''5''"))
        let message = #"[dn1]: invalid input syntax for type integer: "another access node has prepared ts-1-7-6-10""#
        #expect(NodeProof.refusal(sqlstate: "22P02", message: message) == .holdsAnothers("ts-1-7-6-10"))
    }

    @Test func healing() {
        let nodes = ["dn1", "dn2"].map {
            DataNode(name: $0, serverOID: $0 == "dn1" ? 17222 : 17223, host: "h", database: "d")
        }
        #expect(
            nodes.map { Healing.statement(for: $0, Servers.version213).shown } == [
                #"SELECT "_timescaledb_functions".remote_txn_heal_data_node(17222)"#,
                #"SELECT "_timescaledb_functions".remote_txn_heal_data_node(17223)"#,
            ])
        #expect(
            Healing.statement(for: nodes[0], Servers.version291).text
                == #"SELECT "_timescaledb_internal".remote_txn_heal_data_node($1)"#)
    }
}
