import Postgres
import Sandbox
import Testing

/// Transactions of others that are open when a table is cut over.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct OpenTransactionTests {
    private static let setUp =
        CompressedDays.setUp + """
            migrate start m
            migrate copy

            """

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            try await body(cluster)
        }
    }

    /// The lock of the access node does not wait for it.
    @Test func whatDistributedExecHasDoneIsThere() async throws {
        try await Self.with { cluster in
            let other = try await cluster.connection(to: "an1")
            for statement in ["BEGIN", "CALL distributed_exec('DELETE FROM m WHERE t >= ''2024-01-04Z'' AND dev = 1')"]
            {
                _ = try await other.execute(statement)
            }
            let refused = try await cluster.run("migrate cutover m --yes --max-pause 2s", patience: 60)
            #expect(refused.status == 1, "\(refused)")
            #expect(refused.errors.contains(/may have been written to by process \d+ \(postgres, idle in transaction/))
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE dev = 2") == "120")

            let running = try cluster.program.start(["migrate", "cutover", "m", "--yes", "--max-pause", "60s"])
            let isHeld = try await eventually {
                try await cluster.value(
                    "SELECT count(*) FROM pg_locks WHERE relation = 'm'::regclass AND mode = 'ExclusiveLock' AND granted"
                )
                    == "1"
            }
            #expect(isHeld)
            _ = try await other.execute("COMMIT")
            let done = await running.end()
            #expect(done.status == 0, "\(done)")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "192")
            let verified = try await cluster.run("migrate verify", patience: 60)
            #expect(verified.status == 0 && verified.output.contains("5 chunks: 5 same"), "\(verified)")
            await other.close()
        }
    }

    /// Nor for a session of a node that writes to a chunk by its name.
    @Test func whoWritesToAChunkOnANodeIsNamed() async throws {
        try await Self.with { cluster in
            let chunk = try #require(
                try await cluster.query(
                    "dn1", "SELECT c::text FROM show_chunks('m', newer_than => '2024-01-03Z'::timestamptz) c"
                )
                .first?.first ?? nil)
            let other = try await cluster.connection(to: "dn1")
            for statement in ["BEGIN", "UPDATE \(chunk) SET v = 0"] { _ = try await other.execute(statement) }
            let refused = try await cluster.run("migrate cutover m --yes --max-pause 2s", patience: 60)
            #expect(refused.status == 1 && refused.errors.contains("on dn1"), "\(refused)")
            _ = try await other.execute("ROLLBACK")
            let done = try await cluster.run("migrate cutover m --yes", patience: 60)
            #expect(done.status == 0, "\(done)")
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(v) FROM m") == "240 360")
            await other.close()
        }
    }

    /// Rows that TimescaleDB compresses, or puts beside compressed ones, it would not see.
    @Test func whoReadsAsBeforeIsWaitedFor() async throws {
        try await Self.with { cluster in
            let reader = try await cluster.connection(to: "an1")
            for statement in ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM pg_class"] {
                _ = try await reader.execute(statement)
            }
            // It sees all that was copied.
            _ = try await cluster.query("an1", "INSERT INTO m VALUES ('2024-01-01 05:30Z', 1, 1)")
            let refused = try await cluster.run("migrate cutover m --yes --max-pause 1s", patience: 60)
            #expect(refused.status == 1 && refused.errors.contains("reads as things were before"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "241")

            let running = try cluster.program.start(["migrate", "cutover", "m", "--yes", "--max-pause", "60s"])
            let jobs = "SELECT count(*) FROM tscl_migrate.hypertable WHERE state = 'copying'"
            #expect(try await eventually { try await cluster.value(jobs) == "1" })
            _ = try await reader.execute("COMMIT")
            let done = await running.end()
            #expect(done.status == 0, "\(done)")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "241")
            await reader.close()
        }
    }

    /// A data node keeps the numbers of the access node's objects, and calls other ones so.
    @Test func numbersOfObjectsComeAlong() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE named (x int)
                    exec CREATE TABLE other (x int)
                    sql CREATE TABLE m (t timestamptz NOT NULL, r regclass, a regclass[])
                    hypertable create m t
                    sql INSERT INTO m SELECT '2024-01-01Z'::timestamptz + g * interval '1 min', 'named', '{named}' FROM generate_series(1, 50) g
                    migrate start m
                    migrate copy
                    migrate cutover m --yes
                    migrate verify

                    """)
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await cluster.value("SELECT DISTINCT r || ' ' || a[1] FROM m") == "named named")
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            // The cut-over, and the copy.
            for _ in 0..<2 { #expect(try await cluster.run("migrate undo all --yes", patience: 60).status == 0) }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            let plan = try await cluster.run("migrate plan \(to)", patience: 60)
            #expect(
                plan.errors.contains("its column r (regclass)") || plan.output.contains("its column r (regclass)"),
                "\(plan)")
            await other.close()
        }
    }
}
