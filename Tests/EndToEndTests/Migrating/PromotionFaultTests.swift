import FaultProxy
import Foundation
import Postgres
import Sandbox
import Testing

/// A promotion beside other sessions and servers that hang, on a real engine: a row is in one place at any moment.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct PromotionFaultTests {
    private func standsAs(_ state: String, _ cluster: Cluster) async throws -> Bool {
        try await cluster.run("migrate status --format csv").output.contains("m,dn1,\(state),")
    }

    private func isWritable(_ cluster: Cluster) async throws -> Bool {
        try await cluster.run("sql INSERT INTO m (t, dev) VALUES ('2024-01-02', 9)").status == 0
    }

    /// What was killed at the node's COMMIT may take effect at any time: nothing is opened before it has ended.
    @Test func aCommitThatHangsIsNotTakenForUndone() async throws {
        try await ProxiedCluster.with { proxied in
            let cluster = proxied.cluster
            try await PromotionTests.setUp(cluster, copies: 2)
            let (running, node) = try await PromotionTests.startUpToTheCommit(proxied)
            _ = try await cluster.query("dn1", "ALTER SYSTEM SET synchronous_standby_names = 'gone'")
            _ = try await cluster.query("dn1", "SELECT pg_reload_conf()")
            node.release()
            #expect(
                try await eventually(60) {
                    try await cluster.query(
                        "dn1", "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == [["1"]]
                })
            running.signal(SIGKILL)
            _ = await running.end()
            let undo = "migrate undo all --yes --lock-timeout 300ms"
            let early = try await cluster.run(undo)
            #expect(early.status == 1 && early.errors.contains("killed at its COMMIT"), "\(early)")
            #expect(try await !isWritable(cluster))
            _ = try await cluster.query("dn1", "ALTER SYSTEM RESET synchronous_standby_names")
            _ = try await cluster.query("dn1", "SELECT pg_reload_conf()")
            #expect(try await eventually(60) { try await standsAs("promoted", cluster) })
            let undone = try await cluster.run("migrate undo all --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await isWritable(cluster))
            #expect(
                try await cluster.query("dn1", "SELECT to_regclass('tscl_migrate.promoted'), count(*) FROM m")
                    == [[nil, "366"]])
        }
    }

    /// What is prepared there would come later, and until then nobody could write.
    @Test func whatTheAccessNodeCouldNotCommitThereIsEnded() async throws {
        try await ProxiedCluster.with { proxied in
            let cluster = proxied.cluster
            try await PromotionTests.setUp(cluster, copies: 2)
            try proxied.proxy("dn1").arm(.cut, .before("COMMIT PREPARED"))
            let started = try await proxied.run(PromotionTests.start)
            #expect(started.status == 0, "\(started)")
            #expect(
                try await cluster.query(
                    "dn1",
                    """
                    SELECT count(*), (SELECT count(*) FROM pg_prepared_xacts),
                           (SELECT count(*) FROM pg_trigger WHERE tgname = 'tscl_migrated')
                      FROM m
                    """) == [["365", "0", "0"]])
            let undone = try await cluster.run("migrate undo all --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await isWritable(cluster))
        }
    }

    /// Nobody sees a table that a transaction has made that is open still.
    @Test func aTableThatIsMadeMeanwhileForbidsIt() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await PromotionTests.setUp(cluster, copies: 2)
            let other = try await cluster.connection(to: "an1")
            for statement in [
                "BEGIN", "CREATE TABLE x (t timestamptz NOT NULL)", "SELECT create_distributed_hypertable('x', 't')",
            ] { _ = try await other.execute(statement) }
            let running = try cluster.program.start(["-c", PromotionTests.start])
            #expect(
                try await eventually(60) {
                    try await cluster.query(
                        "an1",
                        """
                        SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE TRIGGER%'
                        """) == [["1"]]
                })
            _ = try await other.execute("COMMIT")
            await other.close()
            let refused = await running.end()
            #expect(refused.status == 1 && refused.errors.contains("not those of before"), "\(refused)")
            #expect(try await isWritable(cluster))
        }
    }

    /// Half of a way back is worse than none.
    @Test func aWayBackThatCanNotBeGoneToItsEndIsNotBegun() async throws {
        try await ProxiedCluster.with { proxied in
            let cluster = proxied.cluster
            try await PromotionTests.setUp(cluster, copies: 2)
            #expect(try await cluster.run(PromotionTests.start).status == 0)
            // The table, and what tells where it is.
            for name in ["m__old", "m"] {
                let reader = try await cluster.connection(to: "an1")
                for statement in ["BEGIN", "LOCK TABLE \(name) IN ACCESS SHARE MODE"] {
                    _ = try await reader.execute(statement)
                }
                let held = try await cluster.run("migrate undo all --yes --lock-timeout 200ms --max-pause 500ms")
                #expect(held.status == 1 && held.errors.contains("somebody has the tables open"), "\(name): \(held)")
                #expect(try await standsAs("promoted", cluster))
                await reader.close()
            }
            try proxied.proxy("dn2").strike(.down)
            let silent = try await cluster.run("migrate undo all --yes")
            #expect(silent.status == 1 && silent.errors.contains("dn2"), "\(silent)")
            #expect(try await standsAs("promoted", cluster))
            try proxied.proxy("dn2").mend()
            let undone = try await cluster.run("migrate undo all --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await isWritable(cluster))
        }
    }

    /// Stopped behind the point of no return, and the way given back by hand: it is taken again before it is forgotten.
    @Test func whatIsEndedDoesNotReachTheNode() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await PromotionTests.setUp(cluster, copies: 2)
            #expect(try await cluster.run(PromotionTests.start).status == 0)
            #expect(try await cluster.run("migrate verify").status == 0)
            for refused in ["node delete dn1 --force", "node abandon dn1 --lose-data", "node detach dn1 --force"] {
                let answer = try await cluster.run("\(refused) --yes")
                #expect(answer.status == 1 && answer.errors.contains("'migrate undo all' takes it back"), "\(answer)")
            }
            for statement in [
                "UPDATE tscl_migrate.promotion SET is_ending = true",
                "SELECT alter_data_node('dn1', database => 'dist')",
            ] { _ = try await cluster.query("an1", statement) }
            let shown = try await cluster.run("migrate finish all --drop-old --dry-run")
            #expect(shown.output.contains("'dist (promoted)'"), "\(shown)")
            let finished = try await cluster.run("migrate finish all --drop-old --yes")
            #expect(finished.status == 0, "\(finished)")
            _ = try await cluster.run("sql SELECT drop_chunks('m', now())")
            #expect(try await cluster.query("dn1", "SELECT count(*) FROM m") == [["365"]])
        }
    }

    /// Two tables that take their values from one sequence, which the node has had before.
    @Test func sequencesThatAreSharedComeBack() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE SEQUENCE s
                    exec CREATE SEQUENCE s
                    sql CREATE TABLE m (t timestamptz NOT NULL, n bigint DEFAULT nextval('s'))
                    sql CREATE TABLE o (t timestamptz NOT NULL, n bigint DEFAULT nextval('s'))
                    hypertable create m t
                    hypertable create o t
                    sql INSERT INTO m VALUES ('2024-01-01')

                    """)
            #expect(made.status == 0, "\(made.errors)")
            for _ in 1...2 {
                let promoted = try await cluster.run("migrate start --promote dn1 --yes")
                #expect(promoted.status == 0, "\(promoted)")
                let undone = try await cluster.run("migrate undo all --yes")
                #expect(undone.status == 0, "\(undone)")
            }
            // It was there before.
            #expect(try await cluster.query("dn1", "SELECT to_regclass('s') IS NOT NULL") == [["t"]])
        }
    }
}
