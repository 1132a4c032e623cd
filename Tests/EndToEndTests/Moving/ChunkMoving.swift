import Platform
import Postgres
import Sandbox
import Testing

/// Chunks that are moved while rows are written.
extension Cluster {
    /// One without replicas, one with two, and one that is also divided by space; 20 rows a day in each.
    static let moved = ["single", "double", "spread"]

    /// - Parameter nodes: those of the hypertables.
    func prepareChunks(on nodes: String = "all") async throws {
        // Otherwise each chunk waits for the next of the worker's rounds.
        for node in sandbox.nodes.dropFirst() {
            _ = try await query(node.name, "ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'")
            _ = try await query(node.name, "SELECT pg_reload_conf()")
        }
        let options = ["", "--replication-factor 2", "--partition-by device"]
        let script = zip(Self.moved, options).map { table, options in
            """
            sql CREATE TABLE \(table) (time timestamptz NOT NULL, device int NOT NULL, value float8)
            hypertable create \(table) time --chunk-interval '1 day' --on \(nodes) \(options)
            sql INSERT INTO \(table) SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-06', '1 day') t, generate_series(1, 20) d

            """
        }.joined()
        let made = try await program.run([], input: script)
        #expect(made.status == 0, "\(made.errors)")
    }

    func counts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in Self.moved {
            counts[table] = Int(try await value("SELECT count(*) FROM \(table)"))
        }
        return counts
    }

    func value(_ sql: String) async throws -> String {
        try await query("an1", sql).first?.first.flatMap { $0 } ?? ""
    }

    /// Whether nothing of any copying is left.
    func isClean() async throws -> Bool {
        var left = try await value("SELECT count(*) FROM _timescaledb_catalog.chunk_copy_operation")
        for node in sandbox.nodes.dropFirst() {
            let rows = try await query(
                node.name,
                """
                SELECT (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_publication)
                       + (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_prepared_xacts)
                """)
            left += rows[0][0] ?? ""
        }
        return left.allSatisfy { $0 == "0" }
    }

    /// The most sessions of the access node that others had at once.
    func mostSessions(until isOver: Lock<Bool>) async throws -> Int {
        let connection = try await connection(to: "an1")
        var most = 0
        while !isOver.withLock({ $0 }) {
            let rows = try await connection.execute(
                """
                SELECT count(*) FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
                """
            ).rows
            most = max(most, rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0)
        }
        await connection.close()
        return most
    }

    /// Writes to all hypertables while something else is done.
    ///
    /// - Returns: how many rows each was given that the access node has acknowledged.
    func writing<Answer: Sendable>(
        while work: () async throws -> Answer
    ) async throws -> (answer: Answer, written: Int) {
        let isOver = Lock(false)
        async let rows = write(until: isOver)
        let answer: Answer
        do {
            answer = try await work()
        } catch {
            isOver.withLock { $0 = true }
            _ = try await rows
            throw error
        }
        isOver.withLock { $0 = true }
        return (answer, try await rows)
    }

    private func write(until isOver: Lock<Bool>) async throws -> Int {
        var written = 0
        while !isOver.withLock({ $0 }) {
            let time = "'2024-01-01'::timestamptz + \(written % 6) * interval '1 day' + \(written + 1) * interval '1 s'"
            for table in Self.moved {
                _ = try await query("an1", "INSERT INTO \(table) VALUES (\(time), \(written % 20 + 1), 0)")
            }
            written += 1
        }
        return written
    }
}
