import Postgres
import Testing

/// Those that wait to write while copies of a chunk are decided about.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct WaitingWriterTests {
    /// A COPY has looked where the chunk is before it waits.
    @Test func whatACopyWritesThatWaitedIsOnBothNodes() async throws {
        try await Cluster.with { cluster in
            let setUp = """
                sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                hypertable create t time --chunk-interval '1 day' --on dn1
                sql INSERT INTO t VALUES ('2024-01-01 12:00Z', 1)
                node attach dn2 --to t
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made.errors)")
            let chunk = try await cluster.value(
                "SELECT show_chunks('t')")
            let (holder, writer) = (
                try await cluster.connection(to: "an1"), try await cluster.connection(to: "an1")
            )
            _ = try await holder.execute("BEGIN")
            _ = try await holder.execute("LOCK TABLE ONLY t IN ROW EXCLUSIVE MODE")
            _ = try await writer.execute("INSERT INTO t VALUES ('2024-01-01 13:00Z', 3)")

            func areWaiting(_ count: Int) async throws -> Bool {
                try await eventually {
                    try await cluster.value(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass")
                        == String(count)
                }
            }
            async let copied = cluster.run("chunk copy \(chunk) --to dn2 --max-lock 30s")
            #expect(try await areWaiting(1))
            async let written = writer.execute("COPY t FROM PROGRAM 'echo \"2024-01-01 14:00Z,4\"' CSV")
            #expect(try await areWaiting(2))
            _ = try await holder.execute("COMMIT")
            #expect(try await written.commandTag == "COPY 1")
            let answer = try await copied
            #expect(answer.status == 0, "\(answer.errors)")

            for node in ["dn1", "dn2"] {
                let rows = try await cluster.query(node, "SELECT device FROM \(chunk) ORDER BY 1")
                #expect(rows == [["1"], ["3"], ["4"]], "\(node)")
            }
            await holder.close()
            await writer.close()
        }
    }
}
