import FaultProxy
import Foundation
import Postgres
import Sandbox
import Testing

/// The way to another server and back, killed between what the two servers commit, and written there meanwhile.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationUndoFaultTests {
    private static func with(_ body: (ProxiedCluster, Connection) async throws -> Void) async throws {
        try await ProxiedCluster.with { proxied in
            let cluster = proxied.cluster
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v int)
                    hypertable create m t --partition-by dev --chunk-interval '1 day'
                    sql INSERT INTO m SELECT t, d, 0 FROM generate_series('2024-01-01'::timestamptz, '2024-01-02', '1 hour') t, generate_series(1, 5) d
                    sql SELECT add_retention_policy('m', INTERVAL '100 years')
                    migrate start --to '\(Self.target(of: cluster))'
                    migrate copy

                    """)
            #expect(made.status == 0, "\(made.errors)")
            try await body(proxied, other)
            await other.close()
        }
    }

    /// Runs a command up to a statement that the access node has carried out, and kills it there.
    private static func kill(_ command: String, behind statement: String, _ proxied: ProxiedCluster) async throws {
        let access = try proxied.proxy("an1")
        let struck = access.struck
        access.arm(.hold, .behind(statement))
        let running = try proxied.program.start(["-c", command])
        #expect(await eventually(60) { access.struck > struck })
        running.signal(SIGKILL)
        _ = await running.end()
        access.release()
    }

    /// Kills a cut-over behind the COMMIT of the exchange of the names, which is not the first one there.
    private static func killBetween(_ proxied: ProxiedCluster) async throws {
        let access = try proxied.proxy("an1")
        let struck = access.struck
        access.arm(.hold, .behind("ALTER TABLE \"public\".\"m\" RENAME"))
        let running = try proxied.program.start(["-c", "migrate cutover m --yes --max-pause 60s"])
        #expect(await eventually(60) { access.struck == struck + 1 })
        access.arm(.hold, .behind("COMMIT"))
        access.release()
        #expect(await eventually(60) { access.struck == struck + 2 })
        running.signal(SIGKILL)
        _ = await running.end()
        access.release()
    }

    /// The way to the other server is recorded before anything is made there, so that an undo finds it.
    @Test func aStartThatIsKilledLeavesNothingUnfound() async throws {
        try await Self.with { proxied, other in
            let cluster = proxied.cluster
            let there = "SELECT to_regnamespace('tscl_migrate') IS NULL"
            #expect(try await cluster.run("migrate undo all --yes").status == 0)
            #expect(try await other.execute(there).rows == [["t"]])
            let start = "migrate start --to '\(Self.target(of: cluster))'"
            try await Self.kill(start, behind: "CREATE TABLE IF NOT EXISTS tscl_migrate.target", proxied)
            #expect(try await other.execute(there).rows == [["t"]])
            try await Self.kill(start, behind: "COMMIT", proxied)
            let undone = try await cluster.run("migrate undo all --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await other.execute(there).rows == [["t"]])
            #expect(try await cluster.value(there) == "t")
        }
    }

    private static func target(of cluster: Cluster) -> String {
        "host=\(cluster.sockets)/an1 port=\(cluster.sandbox.nodes[0].port) dbname=out user=postgres"
    }

    private static let write = "INSERT INTO m VALUES ('2024-01-01 12:00', 1, 77), ('2024-02-02', 1, 77)"
    private static let written = "SELECT count(*) FROM m WHERE v = 77"

    @Test(arguments: ["ALTER TABLE \"public\".\"m__old\" RENAME", "COMMIT", "scheduled => true"])
    func whatAnUndoLeavesThereIsNeitherDroppedNorCopiedOver(statement: String) async throws {
        try await Self.with { proxied, other in
            let cluster = proxied.cluster
            #expect(try await cluster.run("migrate cutover m --yes").status == 0)
            _ = try await other.execute(Self.write)
            try await Self.kill("migrate undo m --lose-new-rows --yes", behind: statement, proxied)
            let status = try await cluster.run("migrate status")
            #expect(status.status == 4 && status.errors.contains("'migrate undo m' goes on"), "\(status)")
            #expect(try await cluster.run("migrate copy").status != 0)
            #expect(try await cluster.run("migrate cutover m --yes").status != 0)
            let undone = try await cluster.run("migrate undo m --lose-new-rows --yes")
            #expect(undone.status == 0 && undone.output.contains("the undo that was stopped is done"), "\(undone)")
            #expect(try await other.execute(Self.written).rows == [["2"]])
            let wrote = try await cluster.run("sql INSERT INTO m VALUES ('2024-01-03', 1)")
            #expect(wrote.status == 0, "\(wrote)")
            #expect(
                try await cluster.value(
                    "SELECT bool_and(scheduled) FROM timescaledb_information.jobs WHERE hypertable_name = 'm'") == "t")
            #expect(try await cluster.run("migrate status").errors.contains("no migration has begun"))
        }
    }

    /// What is written there while the cut-over is half done is in nobody's copy.
    @Test func nothingIsCopiedOverWhatIsWrittenThereInBetween() async throws {
        try await Self.with { proxied, other in
            let cluster = proxied.cluster
            try await Self.killBetween(proxied)
            _ = try await other.execute(Self.write)
            // As where the node does not tell what has changed: then each chunk of it is copied anew.
            _ = try await other.execute("UPDATE tscl_migrate.chunk SET snapshot_xmin = 1")
            let copied = try await cluster.run("migrate copy", patience: 120)
            #expect(copied.status != 0 && copied.errors.contains("was stopped in its middle"), "\(copied)")
            #expect(try await other.execute(Self.written).rows == [["2"]])
            let ended = try await cluster.run("migrate cutover m --yes")
            #expect(ended.status == 0, "\(ended)")
            #expect(try await other.execute(Self.written).rows == [["2"]])
        }
    }

    /// What is added to the table between the look and the lock would be missing in the new one.
    @Test func whatIsChangedBetweenTheLookAndTheLockIsNotLost() async throws {
        try await Self.with { proxied, _ in
            let access = try proxied.proxy("an1")
            let struck = access.struck
            // The jobs go off behind the look.
            access.arm(.hold, .behind("scheduled => false"))
            let running = try proxied.program.start(["-c", "migrate cutover m --yes --max-pause 60s"])
            #expect(await eventually(60) { access.struck == struck + 1 })
            _ = try await proxied.cluster.query("an1", "ALTER TABLE m ADD CONSTRAINT positive CHECK (v >= 0)")
            access.release()
            let ended = await running.end()
            #expect(ended.status == 1 && ended.errors.contains("is not what it was"), "\(ended)")
            #expect(try await proxied.cluster.value("SELECT count(*) FROM m") == "125")
        }
    }

    /// Another one that had looked before the lock may still have changed what was copied.
    @Test func whatIsCopiedBehindTheLastLookIsLookedAtOnceMore() async throws {
        try await Self.with { proxied, other in
            let access = try proxied.proxy("an1")
            let struck = access.struck
            access.arm(.hold, .behind("LOCK TABLE"))
            let running = try proxied.program.start(["-c", "migrate cutover m --yes --max-pause 60s"])
            #expect(await eventually(60) { access.struck == struck + 1 })
            access.arm(.hold, .behind("d.deptype IN ('a', 'i')"))
            access.release()
            #expect(await eventually(60) { access.struck == struck + 2 })
            let count = "SELECT sum(row_count), count(target_xid) FROM tscl_migrate.chunk"
            let before = try await other.execute(count).rows
            _ = try await other.execute(
                "UPDATE tscl_migrate.chunk SET target_xid = NULL WHERE source_id = (SELECT min(source_id) FROM tscl_migrate.chunk)"
            )
            access.release()
            let ended = await running.end()
            #expect(ended.status == 0, "\(ended)")
            #expect(try await other.execute(count).rows == before)
            #expect(try await other.execute("SELECT count(*) FROM m").rows == [["125"]])
        }
    }

    /// Who gets an error here follows the table to the other server, whether it counts there by then or not.
    @Test(arguments: [true, false]) func whatIsWrittenThereInBetweenIsNotLost(isEndedFirst: Bool) async throws {
        try await Self.with { proxied, other in
            let cluster = proxied.cluster
            try await Self.killBetween(proxied)
            // An update leaves as many rows as there were.
            _ = try await other.execute("UPDATE m SET v = 77 WHERE t = '2024-01-01 12:00' AND dev < 3")
            if isEndedFirst { #expect(try await cluster.run("migrate cutover m --yes").status == 0) }
            let refused = try await cluster.run("migrate undo m --yes")
            #expect(refused.status == 1 && refused.errors.contains("--lose-new-rows"), "\(refused)")
            let undone = try await cluster.run("migrate undo m --lose-new-rows --yes")
            #expect(undone.status == 0, "\(undone)")
            #expect(try await other.execute(Self.written).rows == [["2"]])
            #expect(
                try await cluster.value("SELECT count(*) FROM m WHERE v = 0 AND dev < 3 AND t = '2024-01-01 12:00'")
                    == "2")
        }
    }

    /// In place the rows that are kept have a trigger until the end, whose function is the schema's.
    @Test func anUndoInPlaceThatIsKilledAtItsEndIsEndedByTheSameCommand() async throws {
        try await ProxiedCluster.with { proxied in
            let cluster = proxied.cluster
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE m (t timestamptz NOT NULL, v int)
                    hypertable create m t --chunk-interval '1 day'
                    sql INSERT INTO m SELECT t, 0 FROM generate_series('2024-01-01'::timestamptz, '2024-01-02', '1 hour') t
                    migrate start
                    migrate copy
                    migrate cutover m --yes
                    sql INSERT INTO m VALUES ('2024-01-01 12:30', 77)

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let access = try proxied.proxy("an1")
            let struck = access.struck
            access.arm(.hold, .behind("DELETE FROM tscl_migrate.hypertable"))
            let running = try proxied.program.start(["-c", "migrate undo all --lose-new-rows --yes --max-pause 60s"])
            #expect(await eventually(60) { access.struck == struck + 1 })
            access.arm(.hold, .behind("COMMIT"))
            access.release()
            #expect(await eventually(60) { access.struck == struck + 2 })
            running.signal(SIGKILL)
            _ = await running.end()
            access.release()
            let again = try await cluster.run("migrate undo all --lose-new-rows --yes")
            #expect(again.status == 0 && again.output.contains("no migration is left"), "\(again)")
            #expect(try await cluster.value("SELECT to_regnamespace('tscl_migrate') IS NULL") == "t")
            // It is nobody's copy any more.
            _ = try await cluster.query("an1", "INSERT INTO m__new VALUES ('2024-01-01 12:31', 78)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new WHERE v > 0") == "2")
            #expect(try await cluster.run("migrate undo all --lose-new-rows --yes").status == 0)
        }
    }
}
