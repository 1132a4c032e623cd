import Platform
import Postgres
import Testing

/// Transactions that go on while a chunk is moved to a node on which they have read something before.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct OlderReaderTests {
    private static let setUp = """
        sql CREATE TABLE t (time timestamptz NOT NULL, device int)
        hypertable create t time --chunk-interval '1 day' --on dn1
        sql CREATE TABLE other (time timestamptz NOT NULL, device int)
        hypertable create other time --chunk-interval '1 day' --on dn2
        sql INSERT INTO t SELECT '2024-01-01 12:00Z', d FROM generate_series(1, 200) d
        sql INSERT INTO other VALUES ('2024-01-01 12:00Z', 1)
        node attach dn2 --to t
        """

    /// The copy that waits to be taken is there, and nobody is held.
    private static let isWaiting = """
        SELECT (SELECT count(*) FROM _timescaledb_catalog.chunk_data_node
                 WHERE chunk_id = (SELECT min(id) FROM _timescaledb_catalog.chunk)) = 2
               AND NOT EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND mode = 'ShareLock')
        """

    private func reader(_ cluster: Cluster, _ isolation: String) async throws -> Connection {
        let reader = try await cluster.connection(to: "an1")
        _ = try await reader.execute("BEGIN ISOLATION LEVEL \(isolation)")
        #expect(try await reader.execute("SELECT count(*) FROM other").rows.first?.first == "1")
        return reader
    }

    /// Whatever the access node's sessions on the node are called.
    @Test(arguments: [("READ COMMITTED", ""), ("REPEATABLE READ", "node set dn2 --option application_name=crm --yes")])
    func whoHasReadTheDestinationBeforeGoesOnFindingAllRows(_ isolation: String, _ naming: String) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp + "\n" + naming)
            #expect(made.status == 0, "\(made.errors)")
            let reader = try await reader(cluster, isolation)
            let running = try cluster.program.start(["-c", "chunk move --of t --to dn2 --progress 200ms"])
            #expect(
                try await eventually(30) { try await cluster.value(Self.isWaiting) == "t" || running.hasEnded })
            #expect(await running.complains("reads dn2 as it was before"))
            // Writers are not held meanwhile.
            #expect(try await cluster.run("sql INSERT INTO t VALUES ('2024-01-01 13:00Z', 0)").status == 0)
            #expect(try await reader.execute("SELECT count(*) FROM t WHERE device > 0").rows.first?.first == "200")
            _ = try await reader.execute("DELETE FROM t WHERE device BETWEEN 1 AND 5")
            _ = try await reader.execute("COMMIT")
            let moved = await running.end()
            #expect(moved.status == 0, "\(moved)")
            #expect(try await cluster.value("SELECT count(*) FROM t") == "196")
            #expect(try await cluster.query("dn2", "SELECT count(*) FROM t") == [["196"]])
            #expect(try await cluster.query("dn1", "SELECT count(*) FROM t") == [["0"]])
            #expect(try await cluster.isClean())
            await reader.close()
        }
    }

    /// What it has left the next run takes up, which waits as well.
    @Test func whereItWasKilledTheNextRunWaits() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let reader = try await reader(cluster, "READ COMMITTED")
            let first = try cluster.program.start(["-c", "chunk move --of t --to dn2"])
            #expect(try await eventually(30) { try await cluster.value(Self.isWaiting) == "t" || first.hasEnded })
            first.signal(9)
            _ = await first.end()
            #expect(try await reader.execute("SELECT count(*) FROM t").rows.first?.first == "200")
            let second = try cluster.program.start(["-c", "chunk move --of t --to dn2 --progress 200ms"])
            #expect(await second.complains("as it was before"))
            #expect(try await reader.execute("SELECT count(*) FROM t").rows.first?.first == "200")
            _ = try await reader.execute("COMMIT")
            let moved = await second.end()
            #expect(moved.status == 0, "\(moved)")
            #expect(try await cluster.value("SELECT count(*) FROM t") == "200")
            #expect(try await cluster.isClean())
            await reader.close()
        }
    }

    /// Each transaction has read the destination before it updates a row of the chunk: who waits while the chunk moves has an older
    /// view of its new node, and finds the row there all the same.
    @Test func whoWaitsWithAnOlderViewFindsItsRows() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: Self.setUp.replacing(
                    "device int)\nhypertable create t ",
                    with: "device int, v int DEFAULT 0, PRIMARY KEY (time, device))\nhypertable create t "))
            #expect(made.status == 0, "\(made.errors)")
            let isOver = Lock(false)
            let writers = (1...4).map { number in
                Task { () -> Int in
                    let writer = try await cluster.connection(to: "an1")
                    var done = 0
                    while !isOver.withLock({ $0 }) {
                        do {
                            _ = try await writer.execute("BEGIN")
                            _ = try await writer.execute("SELECT count(*) FROM other")
                            _ = try await writer.execute("UPDATE t SET v = v + 1 WHERE device = \(number)")
                            _ = try await writer.execute("COMMIT")
                            done += 1
                        } catch {
                            _ = try? await writer.execute("ROLLBACK")
                        }
                    }
                    await writer.close()
                    return done
                }
            }
            #expect(try await eventually(30) { try await cluster.value("SELECT sum(v) > 20 FROM t") == "t" })
            let moved = try await cluster.run("chunk move --of t --to dn2")
            #expect(moved.status == 0, "\(moved)")
            var done = 0
            isOver.withLock { $0 = true }
            for writer in writers { done += try await writer.value }
            #expect(try await cluster.value("SELECT sum(v) FROM t") == "\(done)")
            #expect(try await cluster.query("dn2", "SELECT count(*), sum(v) FROM t") == [["200", "\(done)"]])
            #expect(try await cluster.isClean())
        }
    }

    /// He holds a lock that nobody sees on the access node.
    @Test func whatIsWrittenOnTheNodeItselfMeanwhileIsNotLost() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: Self.setUp
                    + "\nsql INSERT INTO t SELECT '2024-01-01 12:00Z', d FROM generate_series(1001, 400000) d")
            #expect(made.status == 0, "\(made.errors)")
            let chunk = try await cluster.value("SELECT show_chunks('t')")
            let (looker, writer) = (
                try await cluster.connection(to: "dn1"), try await cluster.connection(to: "dn1")
            )
            let running = try cluster.program.start(["-c", "chunk move --of t --to dn2 --max-lock 60s"])
            let reads = """
                SELECT count(*) FROM pg_stat_activity
                 WHERE state = 'active' AND query LIKE '%hashtextextended%' AND pid <> pg_backend_pid()
                """
            var isSeen = false
            while !isSeen, !running.hasEnded { isSeen = try await looker.execute(reads).rows.first?.first == "1" }
            #expect(isSeen)
            let written = try? await writer.execute("INSERT INTO \(chunk) VALUES ('2024-01-01 13:00Z', -1)").commandTag
            let moved = await running.end()
            #expect(moved.status == 0, "\(moved)")
            let found = try await cluster.value("SELECT count(*) FROM t WHERE device = -1")
            #expect(found == (written == nil ? "0" : "1"))
            await looker.close()
            await writer.close()
        }
    }

    /// The node that the chunk leaves may be lost, with what it has noted.
    @Test func whatAggregatesLackTheDestinationNotes() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            try await cluster.runScript(
                "an1",
                """
                CREATE MATERIALIZED VIEW t_days WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
                SELECT time_bucket('1 day', time) AS day, count(*) AS n FROM t GROUP BY 1 WITH NO DATA;
                """)
            let refresh = "sql CALL refresh_continuous_aggregate('t_days', NULL, NULL)"
            #expect(try await cluster.run(refresh).status == 0)
            let log = "SELECT count(*) FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log"
            #expect(try await cluster.run("chunk move --of t --to dn2").status == 0)
            #expect(try await cluster.query("dn2", log) == [["0"]])
            #expect(try await cluster.run("sql INSERT INTO t VALUES ('2024-01-01 13:00Z', 0)").status == 0)
            let back = try await cluster.run("chunk move --of t --from dn2 --to dn1")
            #expect(back.status == 0, "\(back)")
            // Nothing tells any more what was written there.
            try await cluster.runScript(
                "dn2", "DELETE FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log")
            #expect(try await cluster.run(refresh).status == 0)
            #expect(try await cluster.value("SELECT sum(n) FROM t_days") == "201")
        }
    }
}
