import MultiNode
import Testing

/// What a copy waits for, by what both of its ends tell.
@Suite struct CopyWaitTests {
    private func end(_ name: String, _ facts: [String: String] = [:], _ blocks: [CopyBlock] = []) -> CopyWait.End {
        CopyWait.End(
            DataNode(name: name, host: name, database: "dist"), MovingFixture.facts(facts), blocks: blocks)
    }

    private func wait(
        _ stage: CopyStage = .start, applied: String = "0", copiers: String = "0", lacking: String = "t",
        dn1: CopyWait.End? = nil, dn2: CopyWait.End? = nil
    ) -> CopyWait? {
        let subscription = CopySubscription(row: [
            "number": "9", "bytes": "8192", "appliers": applied, "copiers": copiers, "lacks_rows": lacking,
        ])
        return CopyWait(
            stage, subscription, from: dn1 ?? end("dn1"), to: dn2 ?? end("dn2", ["retry_interval": "100"]))
    }

    @Test func nothingIsNamedWhereTheCopyGetsOn() {
        #expect(wait() == nil)
        let full = end("dn2", ["logical_workers": "4"])
        #expect(wait(copiers: "1", dn2: full) == nil)
        #expect(wait(lacking: "f", dn2: full) == nil)
        #expect(wait(.slot, dn2: full) == nil)
    }

    @Test func whatBothServersHaveTooLittleOfIsNamed() {
        #expect(
            wait(dn2: end("dn2", ["logical_workers": "4"]))?.text
                == "a free logical replication worker on dn2 (max_logical_replication_workers = 4, all in use)")
        #expect(wait(dn2: end("dn2", ["processes": "8"]))?.text.contains("worker process on dn2") == true)
        #expect(wait(dn2: end("dn2", ["origins": "10"]))?.text.contains("replication origin on dn2") == true)
        #expect(wait(dn2: end("dn2", ["max_sync_workers": "0"]))?.text.contains("worker that copies rows") == true)
        #expect(wait(dn1: end("dn1", ["slots": "10"]))?.text.contains("replication slot on dn1") == true)
        let senders = wait(applied: "1", dn1: end("dn1", ["max_senders": "1", "senders": "1"]))
        #expect(senders?.text == "a free WAL sender on dn1 (max_wal_senders = 1, all in use)")
        #expect(senders?.remedy?.contains("ALTER SYSTEM SET max_wal_senders = 2 or more") == true)
    }

    @Test func aWorkerThatIsNotDueYetIsNamedLast() {
        #expect(wait(dn2: end("dn2"))?.text == "a worker that dn2 starts once in 5 s (wal_retrieve_retry_interval)")
    }

    /// Also where the one who holds what it waits for may wait for that himself. What is young may be under way.
    @Test(arguments: [
        (0, "30", "dist", true), (7, "30", "dist", true), (0, "1", "dist", false), (0, "30", "other", false),
    ])
    func whereSomethingIsInDoubtThatMayHoldItUpIsTold(_ holder: Int, _ age: String, _ database: String, _ isDoubt: Bool)
    {
        let node = end(
            "dn1",
            [
                "prepared_gids": "{ts-1-700-16385-10}", "prepared_ages": "{\(age)}",
                "prepared_databases": "{\(database)}",
            ],
            [CopyBlock(holder: LockHolder(pid: holder))])
        let found = wait(.slot, dn1: node)
        #expect(found?.doubtful == (isDoubt ? "dn1" : nil))
        #expect(CopyWait.silent(["dn2"], holdingUp: found).doubtful == found?.doubtful)
        let idle = end(
            "dn1", ["prepared_gids": "{ts-1-700-16385-10}", "prepared_ages": "{30}", "prepared_databases": "{dist}"])
        #expect(wait(dn1: idle)?.doubtful == nil)
    }

    @Test func whoeverHoldsALockIsNamedFirst() {
        let gid = "ts-1-700-16385-10"
        let prepared = end(
            "dn1", ["prepared_gids": "{\(gid)}", "prepared_ages": "{30}", "prepared_databases": "{dist}"],
            [CopyBlock(holder: LockHolder(pid: 0), gid: gid)])
        #expect(wait(.slot, dn1: prepared)?.text == "the prepared transaction \(gid) in dist, on dn1")
        #expect(wait(.slot, dn1: prepared)?.remedy == "heal dn1")
        #expect(
            wait(.slot, dn1: prepared)?.advice
                == "the prepared transaction \(gid) in dist, on dn1; help: heal dn1")
        let elsewhere = end(
            "dn1", ["prepared_gids": "{\(gid)}", "prepared_ages": "{30}", "prepared_databases": "{other}"],
            [CopyBlock(holder: LockHolder(pid: 0), gid: gid)])
        #expect(
            wait(.slot, dn1: elsewhere)?.remedy
                == "'heal', connected to the access node whose data node other is, ends it")
        let writer = end(
            "dn1",
            [
                "writer_pids": "{7}", "writer_ages": "{90}", "writer_begins": "{22:10}", "writer_databases": "{dist}",
                "writer_applications": "{load}", "writer_users": "{app}", "writer_states": "{idle in transaction}",
            ], [CopyBlock(holder: LockHolder(pid: 7))])
        #expect(
            wait(.slot, dn1: writer)?.text == "a transaction of app (load) in dist, process 7, open since 22:10, on dn1"
        )
        #expect(wait(.slot, dn1: writer)?.remedy == "have the client that holds it open end its transaction")
        let reader = end("dn2", [:], [CopyBlock(holder: LockHolder(pid: 8, role: "app", state: "active", seconds: 3))])
        #expect(wait(.table, dn2: reader)?.text == "a lock on dn2 that is held by process 8 (app, active for 3 s)")
    }

    /// Its names are not in the statement then.
    @Test func whatMakesTheTableIsFoundByItsFunction() {
        let make = ".create_chunk') > 0"
        #expect(CopyBlock.query("o", chunk: "c", .table, subscription: nil).text.contains(make))
        #expect(!CopyBlock.query("o", chunk: "c", .slot, subscription: nil).text.contains(make))
    }

    @Test func theStagesFollowEachOther() {
        #expect(CopyStage.begun.next == .table)
        #expect(CopyStage.start.next == .rows)
        #expect(CopyStage.complete.next == .complete)
        #expect(CopyStage(rawValue: "create_replication_slot")?.next == .subscription)
        #expect(!CopyStage.rows.isBehindRows && CopyStage.attached.isBehindRows)
    }
}
