import Postgres
import Testing

/// What continuous aggregates and sequences have had behind a cut-over is there when that is taken back.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct UndoneAggregateTests {
    private static func setUp(_ cluster: Cluster) async throws {
        for statement in [
            "CREATE TABLE a (id bigserial, time timestamptz NOT NULL, v int)",
            "SELECT create_distributed_hypertable('a', 'time', chunk_time_interval => interval '1 day')",
            """
            CREATE MATERIALIZED VIEW a_by WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
            SELECT time_bucket('1 day', time) AS b, count(*) AS n FROM a GROUP BY 1 WITH NO DATA
            """, insert(days: 5, from: "2024-01-01"),
            "CALL refresh_continuous_aggregate('a_by', NULL, '2024-01-06Z')",
        ] { _ = try await cluster.query("an1", statement) }
    }

    private static func insert(days: Int, from day: String) -> String {
        "INSERT INTO a (time, v) SELECT '\(day)Z'::timestamptz + g * interval '1 h', 1 FROM generate_series(0, \(24 * days - 1)) g"
    }

    /// Three more days, of which the first is dropped as a retention policy would.
    private static let later = [
        insert(days: 3, from: "2024-01-06"), "CALL refresh_continuous_aggregate('a_by', NULL, NULL)",
        "SELECT drop_chunks('a', newer_than => '2024-01-06Z'::timestamptz, older_than => '2024-01-07Z'::timestamptz)",
    ]

    private func carryOut(_ command: String, _ cluster: Cluster, status: Int32 = 0) async throws -> Program.Result {
        let result = try await cluster.run(command, patience: 120)
        #expect(result.status == status, "\(command): \(result)")
        return result
    }

    private static let sums = "SELECT count(*) || ' ' || sum(n) FROM a_by"

    @Test func inPlaceWhatNothingCanMakeAgainGoesBack() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy", "cutover a --yes"] { _ = try await carryOut("migrate \(verb)", cluster) }
            for statement in Self.later { _ = try await cluster.query("an1", statement) }
            let refused = try await carryOut("migrate undo a --yes", cluster, status: 1)
            #expect(refused.errors.contains("its continuous aggregate a_by has 1 row of times whose raw rows are gone"))
            let back = try await carryOut("migrate undo a --copy-back --max-pause 60s --yes", cluster)
            #expect(back.output.contains("a_by has back 1 row"), "\(back)")
            #expect(try await cluster.value(Self.sums) == "8 192")
            #expect(try await cluster.value("SELECT count(*) FROM a") == "168")
            // Nor does a refresh delete it, which takes all of the time between two changes of a distributed table.
            _ = try await cluster.query("an1", "CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await cluster.value(Self.sums) == "8 192")
            _ = try await cluster.query("an1", "INSERT INTO a (time, v) VALUES ('2024-01-08 05:00Z', 1)")
            _ = try await cluster.query("an1", "CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await cluster.value(Self.sums) == "8 193")
        }
    }

    /// What lies between two chunks that are written to has no raw rows any more, and nothing of it is to count as changed.
    @Test func whatLiesBetweenWhatGoesBackStays() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy", "cutover a --yes"] { _ = try await carryOut("migrate \(verb)", cluster) }
            for statement in Self.later { _ = try await cluster.query("an1", statement) }
            _ = try await carryOut("migrate undo a --copy-back --max-pause 60s --yes", cluster)
            // Once more, with what both have by now.
            for verb in ["copy", "cutover a --yes"] { _ = try await carryOut("migrate \(verb)", cluster) }
            for day in ["05", "08"] {
                _ = try await cluster.query("an1", "INSERT INTO a (time, v) VALUES ('2024-01-\(day) 00:30Z', 1)")
            }
            _ = try await carryOut("migrate undo a --copy-back --max-pause 60s --yes", cluster)
            _ = try await cluster.query("an1", "CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await cluster.value(Self.sums) == "8 194")
        }
    }

    /// An application takes its numbers from a sequence that no table names.
    @Test func onAnotherServerEverySequenceGoesOnBehindWhatWasGivenThere() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            for statement in ["CREATE SEQUENCE app", "CREATE SEQUENCE other MAXVALUE 50"] {
                _ = try await other.execute(statement)
                _ = try await cluster.query("an1", statement)
            }
            _ = try await cluster.query("an1", "SELECT setval('app', 100)")
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["start \(to)", "copy", "cutover a --yes"] {
                _ = try await carryOut("migrate \(command)", cluster)
            }
            #expect(try await other.execute("SELECT nextval('app') FROM generate_series(1, 20)").rows.last == ["120"])
            let undone = try await carryOut("migrate undo a --yes", cluster)
            #expect(undone.output.contains("a: app goes on, too, behind what was given there"), "\(undone)")
            #expect(try await cluster.value("SELECT nextval('app')") == "121")
            await other.close()
        }
    }

    @Test func onAnotherServerItStaysThereAndTheSequenceGoesOn() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            func ask(_ sql: String) async throws -> String? { try await other.execute(sql).rows.first?.first ?? nil }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["start \(to)", "copy", "cutover a --yes"] {
                _ = try await carryOut("migrate \(command)", cluster)
            }
            // What was written is gone, but for what the aggregate has of it.
            _ = try await other.execute(Self.insert(days: 1, from: "2024-01-06"))
            _ = try await other.execute("CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            _ = try await other.execute("SELECT drop_chunks('a', newer_than => '2024-01-06Z'::timestamptz)")
            let refused = try await carryOut("migrate undo a --yes", cluster, status: 1)
            #expect(refused.errors.contains("its continuous aggregate a_by has 1 row of times whose raw rows are gone"))
            let undone = try await carryOut("migrate undo a --lose-new-rows --yes", cluster)
            #expect(undone.output.contains("a_by on the target keeps 1 row"), "\(undone)")
            #expect(try await ask(Self.sums) == "6 144")
            _ = try await cluster.query("an1", "INSERT INTO a (time, v) VALUES ('2024-01-09Z', 1)")
            #expect(try await cluster.value("SELECT max(id) FROM a") == "145")
            await other.close()
        }
    }

    /// Before a cut-over, too, nothing else may have them.
    @Test func rowsThatSomebodyHasPutIntoTheCopyAreNotDroppedUnasked() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy"] { _ = try await carryOut("migrate \(verb)", cluster) }
            for statement in [
                "INSERT INTO a__new (id, time, v) VALUES (9001, '2024-01-02 00:30Z', 1)",
                "INSERT INTO a__new (id, time, v) VALUES (9002, '2025-01-02Z', 1)",
            ] { _ = try await cluster.query("an1", statement) }
            for option in ["--dry-run", "--yes"] {
                let refused = try await carryOut("migrate undo a \(option)", cluster, status: 1)
                #expect(refused.errors.contains("1 more than were copied in"), "\(refused)")
                #expect(refused.errors.contains("are nowhere else"), "\(refused)")
            }
            #expect(try await cluster.value("SELECT count(*) FROM a__new") == "122")
            let undone = try await carryOut("migrate undo a --lose-new-rows --yes", cluster)
            #expect(undone.output.contains("the copy is dropped"), "\(undone)")
        }
    }
}
