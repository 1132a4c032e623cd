import Postgres
import Testing

/// Those that have read compressed chunks in a transaction that is still open.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct OpenReaderTests {
    @Test func whoKeepsATableFromBeingRenamedIsNamed() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t VALUES ('2024-01-01 12:00Z', 1)
                node attach dn2 --to t
                sql ALTER TABLE t SET (timescaledb.compress)
                sql SELECT compress_chunk(c) FROM show_chunks('t') c
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            let reader = try await cluster.connection(to: "an1")
            _ = try await reader.execute("BEGIN")
            _ = try await reader.execute("SELECT count(*) FROM t")
            let refused = try await cluster.run("chunk move --of t --to dn2 --max-lock 100ms")
            #expect(refused.errors.contains("is locked by process"), "\(refused.errors)")
            #expect(refused.errors.contains("idle in transaction"), "\(refused.errors)")
            _ = try await reader.execute("COMMIT")
            let moved = try await cluster.run("chunk move --of t --to dn2")
            #expect(moved.status == 0, "\(moved.errors)")
            #expect(try await cluster.query("dn2", "SELECT device FROM t") == [["1"]])
            await reader.close()
        }
    }
}
