import Postgres
import Sandbox
import Testing

/// Chunks that keep what is dropped from their table, as an earlier tscl has made them, on real engines.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct IndependentChunkTests {
    /// TimescaleDB 2.14 drops no constraint of a hypertable that may be compressed.
    private static func making(isCompressed: Bool) -> [String] {
        isCompressed ? making : making.filter { !$0.contains("compress") || $0.hasPrefix("UPDATE") }
    }

    private static let making = [
        "CREATE TABLE m (t timestamptz NOT NULL, v float8, e3 int, CONSTRAINT pos CHECK (v > 0))",
        "SELECT create_hypertable('m', 't', chunk_time_interval => INTERVAL '1 day')",
        "INSERT INTO m SELECT t, 1, 42 FROM generate_series('2024-01-01'::timestamptz, '2024-01-04', '1 hour') t",
        "ALTER TABLE m SET (timescaledb.compress)",
        "SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-02'::timestamptz) c",
        // As LIKE makes them.
        """
        UPDATE pg_attribute SET attislocal = true WHERE attinhcount > 0 AND attnum > 0
           AND attrelid IN (SELECT inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
                             WHERE c.relname = 'm' OR c.relname LIKE '\\_compressed\\_hypertable\\_%')
        """,
        """
        UPDATE pg_constraint SET conislocal = true WHERE coninhcount > 0 AND contype = 'c'
           AND conrelid IN (SELECT inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relname = 'm')
        """,
    ]
    private static let insert = "INSERT INTO m (t, v) VALUES ('2024-01-03 12:30+00', 2)"

    /// - Parameters:
    ///   - other: connected to the database.
    ///   - cluster: whose tscl connects to it, too.
    private func mend(_ other: Connection, _ cluster: Cluster, isCompressed: Bool) async throws {
        let making = Self.making(isCompressed: isCompressed)
        func ready() async throws -> Program.Result {
            try await cluster.run("connect 'host=\(cluster.sockets)/an1 dbname=out user=postgres'; migrate ready")
        }
        /// Types what it says, as it says it.
        func follow() async throws {
            for line in try await ready().output.split(separator: "\n") {
                guard let help = line.firstMatch(of: #/help: as a superuser[^:]*: (.*)/#) else { continue }
                _ = try await other.executeScript(String(help.output.1))
            }
        }
        for statement in making { _ = try await other.execute(statement) }
        let found = try await ready()
        #expect(found.output.contains("of m keep what is dropped from it"), "\(found)")
        try await follow()
        #expect(try await !ready().output.contains("keep what is dropped"))
        // By now it is as any other.
        for statement in ["ALTER TABLE m DROP CONSTRAINT pos", "ALTER TABLE m DROP COLUMN e3", Self.insert] {
            _ = try await other.execute(statement)
        }
        for statement in ["DROP TABLE m"] + making + [
            "ALTER TABLE m DROP CONSTRAINT pos", "ALTER TABLE m DROP COLUMN e3",
        ] {
            _ = try await other.execute(statement)
        }
        await #expect(throws: PostgresError.self) { _ = try await other.execute(Self.insert) }
        let broken = try await ready()
        #expect(
            broken.output.contains("e3, which it has no more") && broken.output.contains("pos, which it has no more"),
            "\(broken)")
        try await follow()
        _ = try await other.execute(Self.insert)
        _ = try await other.execute("INSERT INTO m (t, v) VALUES ('2024-01-03 13:30+00', -2)")
        let mended = try await ready()
        #expect(!mended.output.contains("of m "), "\(mended)")
        #expect(try await other.execute("SELECT count(*) FROM m").rows == [["75"]])
    }

    /// It is told before anything is dropped, and not only where multi-node is to be left.
    @Test func checkTellsOfThemToo() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            for statement in Self.making { _ = try await cluster.query("an1", statement) }
            let check = try await cluster.run("check", patience: 120)
            #expect(check.output.contains("of m keep what is dropped from it"), "\(check)")
        }
    }

    @Test func whatIsToldMendsThem() async throws {
        try await Cluster.with(nodes: 1, addingNodes: false) { cluster in
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            try await mend(other, cluster, isCompressed: true)
            await other.close()
        }
    }

    @Test(.offering("2.14.2")) func alsoWhereMultiNodeIsOver() async throws {
        try await Cluster.with(nodes: 1, addingNodes: false) { cluster in
            let other = try await MigrationElsewhereTests.database("out", of: cluster, version: "2.14.2")
            try await mend(other, cluster, isCompressed: false)
            await other.close()
        }
    }
}
