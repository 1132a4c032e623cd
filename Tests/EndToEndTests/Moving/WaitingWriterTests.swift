import Foundation
import Postgres
import Sandbox
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

    private static let setUp = """
        sql CREATE TABLE t (time timestamptz NOT NULL, device int)
        hypertable create t time --chunk-interval '1 day' --on dn1
        sql CREATE TABLE other (time timestamptz NOT NULL, device int)
        hypertable create other time --chunk-interval '1 day' --on dn1
        sql INSERT INTO t SELECT '2024-01-01 12:00Z', d FROM generate_series(1, 1000) d
        node attach dn2 --to t
        """

    /// Whether writers to t are held by a session that drops a copy, and waits for its node to do it.
    private static let dropWaits = """
        SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.relation = 't'::regclass AND l.mode = 'ShareLock' AND l.granted
           AND a.state = 'active' AND a.query LIKE '%chunk_drop_replica%'
        """

    /// Whether something on a node waits for somebody's transaction.
    private static let somebodyWaits = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"

    /// The drop of a copy waits for him on the node, and he for the hold on the access node: neither server sees it.
    @Test func whoHasReadAChunkAndThenWritesToItIsLetGo() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE t (time timestamptz NOT NULL, device int)
                    hypertable create t time --chunk-interval '1 day' --on dn1,dn2 --replication-factor 2
                    sql INSERT INTO t SELECT '2024-01-01 12:00Z', d FROM generate_series(1, 1000) d
                    """)
            #expect(made.status == 0, "\(made.errors)")
            let client = try await cluster.connection(to: "an1")
            _ = try await client.execute("BEGIN")
            _ = try await client.execute("SELECT count(*) FROM t")
            let reads = """
                SELECT count(*) FROM pg_stat_activity
                 WHERE application_name = 'timescaledb' AND state = 'idle in transaction'
                """
            let isFirst = try await cluster.query("dn1", reads) == [["1"]]
            let (read, other) = isFirst ? ("dn1", "dn2") : ("dn2", "dn1")
            let running = try cluster.program.start(
                ["-c", "chunk drop-copy --of t --from \(read) --yes --progress 200ms"])
            #expect(
                try await eventually(30) {
                    // The node's part of the drop waits for who has read the chunk there.
                    let waits = try await cluster.query(read, Self.somebodyWaits)
                    return try await cluster.value(Self.dropWaits) == "1" && waits == [["t"]]
                })
            let start = ContinuousClock.now
            _ = try await client.execute("INSERT INTO t VALUES ('2024-01-01 13:00Z', 0)")
            let waited = start.duration(to: .now)
            #expect(waited < .seconds(5), "\(waited)")
            _ = try await client.execute("COMMIT")
            let dropped = await running.end()
            #expect(dropped.status == 0 && dropped.errors.contains("it was let go"), "\(dropped)")
            #expect(try await cluster.query(other, "SELECT count(*) FROM t") == [["1001"]])
            #expect(try await cluster.query(read, "SELECT count(*) FROM t") == [["0"]])
            await client.close()
        }
    }

    /// So does the slot of a copy that is made while writers are held, because they have overtaken two before.
    @Test func whoHasWrittenToAnotherTableOfTheNodeIsLetGo() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let running = try cluster.program.start(["-c", "chunk move --of t --to dn2 --progress 200ms"])
            async let first = write(to: "t", cluster, until: running)
            async let second = write(to: "t", cluster, until: running)
            let client = try await cluster.connection(to: "an1")
            var (written, longest) = (0, Duration.zero)
            while !running.hasEnded {
                _ = try await client.execute("BEGIN")
                _ = try await client.execute("INSERT INTO other VALUES ('2024-01-01 13:00Z', 0)")
                // A copy that is made while nobody is held waits for him, too.
                #expect(
                    try await eventually(60) {
                        if running.hasEnded { return true }
                        return try await cluster.query("dn1", Self.somebodyWaits) == [["t"]]
                    })
                let start = ContinuousClock.now
                _ = try await client.execute("INSERT INTO t VALUES ('2024-01-01 13:00Z', 0)")
                longest = max(longest, start.duration(to: .now))
                _ = try await client.execute("COMMIT")
                written += 1
            }
            await client.close()
            let moved = await running.end()
            #expect(moved.status == 0, "\(moved)")
            #expect(longest < .seconds(5), "\(longest)")
            let expected = try await 1000 + written + first + second
            #expect(try await cluster.query("dn2", "SELECT count(*) FROM t") == [[String(expected)]])
            #expect(try await cluster.isClean())
        }
    }

    /// - Returns: how many rows were acknowledged.
    private func write(to table: String, _ cluster: Cluster, until running: RunningProgram) async throws -> Int {
        let connection = try await cluster.connection(to: "an1")
        var written = 0
        while !running.hasEnded {
            _ = try await connection.execute("INSERT INTO \(table) VALUES ('2024-01-01 14:00Z', 1)")
            written += 1
        }
        await connection.close()
        return written
    }

    /// A node or the access node has failed since the nodes were healed, before the first move.
    @Test(arguments: [true, false]) func whatIsInDoubtWhenACopyWaitsForItIsHealed(_ committed: Bool) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let client = try await cluster.connection(to: "an1")
            _ = try await client.execute("BEGIN")
            _ = try await client.execute("INSERT INTO other VALUES ('2024-01-01 13:00Z', 0)")
            let running = try cluster.program.start(["-c", "chunk move --of t --to dn2 --progress 200ms"])
            let waits =
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%replication_slot(%' AND wait_event_type = 'Lock'"
            #expect(try await eventually { try await cluster.query("dn1", waits) == [["1"]] || running.hasEnded })
            _ = try await cluster.sandbox.doubt("dn1", committed: committed)
            _ = try await client.execute("COMMIT")
            let moved = await running.end()
            #expect(moved.status == 0, "\(moved)")
            #expect(moved.errors.contains("dn1: 1 transaction in doubt ended, for which something waited"), "\(moved)")
            #expect(try await cluster.isClean())
            await client.close()
        }
    }
}
