import ClusterAccess
import Foundation
import MultiNode
import Platform
import Postgres
import Sandbox
import Testing

/// What a copy that does not get on waits for, on real servers with each of the settings with which it hangs.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct CopyWatchTests {
    private static let setUp = """
        sql CREATE TABLE metrics (time timestamptz NOT NULL, v float8)
        hypertable create metrics time --chunk-interval '1 day'
        sql INSERT INTO metrics SELECT t, 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-06', '1 hour') t

        """

    @Test(arguments: [
        ("dn2", "max_logical_replication_workers", "0", "a free logical replication worker on dn2"),
        ("dn2", "max_logical_replication_workers", "1", "a free logical replication worker on dn2"),
        ("dn2", "max_worker_processes", "4", "a free worker process on dn2 (max_worker_processes = 4, all in use)"),
        (
            "dn2", "max_replication_slots", "1",
            "a free replication origin on dn2 (max_replication_slots = 1, all in use)"
        ),
        ("dn2", "max_sync_workers_per_subscription", "0", "a worker that copies rows on dn2"),
        ("dn1", "max_replication_slots", "1", "a free replication slot on dn1 (max_replication_slots = 1, all in use)"),
        ("dn1", "max_wal_senders", "1", "a free WAL sender on dn1 (max_wal_senders = 1, all in use)"),
    ])
    func whatIsLackingIsNamed(node: String, setting: String, value: String, words: String) async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            try await trial.set(setting, to: value, on: node)
            try await trial.expectCopy(toWaitFor: words)
        }
    }

    @Test func aTransactionThatIsOpenOrPreparedIsNamed() async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            let target = try #require(trial.cluster.sandbox.nodes.first { $0.name == "dn1" })
            var parameters = trial.cluster.sandbox.parameters(for: target)
            parameters["application_name"] = "load job"
            let writer = try await Connection.open(parameters)
            _ = try await writer.executeScript("BEGIN; CREATE TABLE open (x int)")
            try await trial.expectCopy(toWaitFor: "(load job) in dist")
            await writer.close()
            try await trial.prepare("left", on: "dn1", database: "postgres")
            try await trial.expectCopy(toWaitFor: "the prepared transaction left in postgres, on dn1")
        }
    }

    /// The access node's call would go on for an hour.
    @Test func aCopyOfWhatIsDroppedMeanwhileNeverEnds() async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            try await trial.set("max_logical_replication_workers", to: "0", on: "dn2")
            try await trial.expectCopy(toWaitFor: "a free logical replication worker on dn2", thenDropped: true)
        }
    }

    @Test func aLockIsNamed() async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            let chunk = try await trial.chunk(on: "dn1")
            let target = try #require(trial.cluster.sandbox.nodes.first { $0.name == "dn1" })
            let holder = try await Connection.open(trial.cluster.sandbox.parameters(for: target))
            _ = try await holder.executeScript("BEGIN; LOCK TABLE \(chunk.name.quoted) IN SHARE ROW EXCLUSIVE MODE")
            try await trial.expectCopy(toWaitFor: "a lock on dn1 that is held by process")
            await holder.close()
        }
    }
}

extension MovingTrial {
    /// Copies a chunk from dn1 to dn2, cancels it as soon as it is told what it waits for, and cleans up.
    ///
    /// - Parameter isDropped: whether the chunk is dropped before it is cancelled, which has to be noticed.
    func expectCopy(
        toWaitFor words: String, thenDropped isDropped: Bool = false, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let chunk = try await chunk(on: "dn1")
        let (source, destination) = (try await node("dn1"), try await node("dn2"))
        let operation = "tscl_trial_\(UInt32.random(in: 0 ... .max))"
        let call = Task {
            let connection = try await Connection.open(cluster.sandbox.parameters(for: cluster.sandbox.nodes[0]))
            let sql = "CALL timescaledb_experimental.copy_chunk('\(chunk.name.quoted)', 'dn1', 'dn2', '\(operation)')"
            defer { Task { await connection.close() } }
            return try await connection.execute(sql)
        }
        let watch = CopyWatch(access, among: try await access.nodes())
        let heard = Lock<[String]>([])
        let isTold = await eventually(30) {
            let state = await watch.state(
                of: operation, from: source, to: destination, totalBytes: 1 << 20)
            let text = state?.wait?.text ?? ""
            heard.withLock { if $0.last != text { $0.append(text) } }
            return text.contains(words)
        }
        #expect(isTold, "\(heard.withLock { $0 })", sourceLocation: location)
        if isDropped {
            let dropping = "SELECT count(*) FROM drop_chunks('metrics', older_than => '2030-01-01'::timestamptz)"
            _ = try await cluster.query("an1", dropping)
            let isNoticed = await eventually(30) {
                await watch.state(of: operation, from: source, to: destination, totalBytes: 1 << 20)?.isFailing == true
            }
            #expect(isNoticed, sourceLocation: location)
            await watch.cancel(operation)
        } else {
            call.cancel()
        }
        _ = await call.result
        await watch.close()
        if isDropped {
            let cleaned = try await cluster.run("chunk cleanup \(operation)")
            #expect(cleaned.status == 0, "\(cleaned)", sourceLocation: location)
            return
        }
        let cleaned = try await cluster.run(
            "sql CALL timescaledb_experimental.cleanup_copy_chunk_operation('\(operation)')")
        #expect(cleaned.status == 0, "\(cleaned.errors)", sourceLocation: location)
    }
}
