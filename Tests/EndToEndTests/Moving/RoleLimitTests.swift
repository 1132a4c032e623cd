import Postgres
import Testing

/// Roles whose sessions end what takes long.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct RoleLimitTests {
    @Test func noLimitOfTheRoleEndsWhatIsDoneStepByStep() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t SELECT '2024-01-01 12:00Z'::timestamptz + i * interval '10 ms', i FROM generate_series(1, 400000) i
                node attach dn2 --to t
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            for setting in [
                "statement_timeout = '200ms'", "lock_timeout = '200ms'",
                "idle_in_transaction_session_timeout = '200ms'",
                "idle_session_timeout = '200ms'", "default_transaction_isolation = 'serializable'",
            ] {
                _ = try await cluster.query("an1", "ALTER ROLE postgres SET \(setting)")
            }
            let copied = try await cluster.run("chunk copy --of t --to dn2 --max-lock 60s", patience: 120)
            #expect(copied.status == 0, "\(copied.errors)")
            let verified = try await cluster.run("chunk verify t", patience: 120)
            #expect(verified.status == 0, "\(verified.errors)")
            // What the user has written goes by the role's settings, behind that, too.
            let own = try await cluster.run("chunk verify t; sql SELECT pg_sleep(5)", patience: 120)
            #expect(own.status == 1 && own.errors.contains("57014"), "\(own.errors)")
        }
    }

    /// The session there that sends the rows is none whose settings a client could change.
    @Test func whatEndsTheSendingOfRowsIsTold() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t SELECT '2024-01-01 12:00Z'::timestamptz + i * interval '10 ms', i FROM generate_series(1, 400000) i
                node attach dn2 --to t
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            // Its session has begun before.
            let session = try await cluster.connection(to: "dn1")
            _ = try await session.execute("ALTER ROLE postgres SET statement_timeout = '25ms'")
            let ended = try await cluster.run("chunk copy --of t --to dn2 --max-lock 60s", patience: 180)
            #expect(ended.status == 1, "\(ended)")
            #expect(ended.errors.contains("statement_timeout = 25ms, set for the role postgres"), "\(ended.errors)")
            #expect(
                ended.errors.contains("on the server of dn1: ALTER ROLE \"postgres\" RESET statement_timeout"),
                "\(ended.errors)")
            _ = try await session.execute("ALTER ROLE postgres RESET statement_timeout")
            await session.close()
            #expect(try await cluster.isClean())
        }
    }

    /// Nor is the access node's session on a node.
    @Test func whatEndsTheAccessNodesStatementOnANodeIsTold() async throws {
        try await Cluster.with { cluster in
            _ = try await cluster.query("dn1", "ALTER ROLE postgres SET lock_timeout = '300ms'")
            _ = try await cluster.query("dn1", "CREATE TABLE locked (x int)")
            let holder = try await cluster.connection(to: "dn1")
            _ = try await holder.execute("BEGIN")
            _ = try await holder.execute("LOCK TABLE locked")
            let ended = try await cluster.run("exec --on dn1 INSERT INTO locked VALUES (1)")
            await holder.close()
            #expect(ended.status != 0, "\(ended)")
            #expect(ended.errors.contains("lock_timeout = 300ms, set for the role postgres on dn1"), "\(ended.errors)")
            #expect(
                ended.errors.contains("on the server of dn1: ALTER ROLE \"postgres\" RESET lock_timeout"),
                "\(ended.errors)")
        }
    }
}
