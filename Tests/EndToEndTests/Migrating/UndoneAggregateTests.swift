import Glibc
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

    private static let sums = "SELECT count(*) || ' ' || sum(n) FROM a_by"

    @Test func inPlaceWhatNothingCanMakeAgainGoesBack() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy", "cutover a --yes"] { try await cluster.carryOut("migrate \(verb)") }
            for statement in Self.later { _ = try await cluster.query("an1", statement) }
            let refused = try await cluster.carryOut("migrate undo a --yes", status: 1)
            #expect(refused.errors.contains("its continuous aggregate a_by has 1 row of times whose raw rows are gone"))
            let back = try await cluster.carryOut("migrate undo a --copy-back --max-pause 60s --yes")
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

    /// A refresh takes all of the time from what has changed first to where nothing is noted yet: what lies between, behind and before has
    /// no raw rows any more, and nothing of it is to count as changed.
    @Test(arguments: [["05", "08"], ["05"], ["07"]])
    func whatLiesBesideWhatGoesBackStays(_ days: [String]) async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.setUp(cluster)
            try await Self.cutOverTwice(cluster, writing: days)
            try await cluster.carryOut("migrate undo a --copy-back --max-pause 60s --yes")
            _ = try await cluster.query("an1", "CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await cluster.value(Self.sums) == "8 \(192 + days.count)")
        }
    }

    /// The second time with what both tables have by then, and a row on each of these days behind it.
    private static func cutOverTwice(_ cluster: Cluster, writing days: [String]) async throws {
        for verb in ["start", "copy", "cutover a --yes"] { try await cluster.carryOut("migrate \(verb)") }
        for statement in later { _ = try await cluster.query("an1", statement) }
        try await cluster.carryOut("migrate undo a --copy-back --max-pause 60s --yes")
        for verb in ["copy", "cutover a --yes"] { try await cluster.carryOut("migrate \(verb)") }
        for day in days {
            _ = try await cluster.query("an1", "INSERT INTO a (time, v) VALUES ('2024-01-\(day) 00:30Z', 1)")
        }
    }

    /// Whoever ends the program behind the COMMIT, what lies between is not refreshed but part by part.
    @Test func whatWasToBeRefreshedIsSoWhenTheUndoIsRunAgain() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await Self.setUp(cluster)
            _ = try await cluster.query(
                "an1",
                "SELECT add_continuous_aggregate_policy('a_by', NULL, interval '1 minute', schedule_interval => interval '1 day')"
            )
            try await Self.cutOverTwice(cluster, writing: ["05", "08"])
            // The refresh waits for this one, and the program is ended meanwhile.
            let holder = try await cluster.connection(to: "an1")
            _ = try await holder.execute("BEGIN")
            let rows = try await holder.execute(Self.rowsOfDistributed).rows.first?.first ?? nil
            _ = try await holder.execute("LOCK TABLE \(try #require(rows)) IN SHARE MODE")
            let undo = try cluster.program.start(["-c", "migrate undo a --copy-back --max-pause 60s --yes"])
            #expect(try await eventually { try await !cluster.query("an1", Self.waitingRefresh).isEmpty })
            undo.signal(SIGKILL)
            _ = await undo.end()
            await holder.close()
            #expect(try await eventually { try await cluster.query("an1", Self.waitingRefresh).isEmpty })

            let told = "the undo of a was stopped before its continuous aggregates were refreshed part by part"
            #expect(try await cluster.carryOut("migrate status", status: 4).errors.contains(told))
            #expect(try await cluster.carryOut("check", status: 5).output.contains(told))
            #expect(try await cluster.carryOut("migrate cutover a --yes", status: 1).errors.contains(told))
            #expect(try await cluster.value(Self.scheduled) == "f")
            let job = try await cluster.value(Self.job)
            for verb in ["run", "resume"] {
                #expect(try await cluster.carryOut("job \(verb) \(job)", status: 1).errors.contains(told))
            }
            // What is to be refreshed hangs on the table, whatever it is called by now.
            _ = try await cluster.query("an1", "ALTER TABLE a RENAME TO renamed")
            #expect(
                try await cluster.carryOut("migrate undo a --dry-run").output.contains("refresh_continuous_aggregate"))
            let done = try await cluster.carryOut("migrate undo a --yes")
            #expect(
                done.output.contains("a is the distributed table again: the undo that was stopped is done"), "\(done)")
            #expect(try await cluster.value(Self.scheduled) == "t")
            try await cluster.carryOut("migrate status")
            _ = try await cluster.query("an1", "CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await cluster.value(Self.sums) == "8 194")
        }
    }

    /// The rows of the aggregate over the distributed table, as long as that is cut over.
    private static let rowsOfDistributed = """
        SELECT format('%I.%I', m.schema_name, m.table_name)
          FROM _timescaledb_catalog.continuous_agg c
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.raw_hypertable_id AND h.table_name = 'a__old'
          JOIN _timescaledb_catalog.hypertable m ON m.id = c.mat_hypertable_id
        """
    private static let waitingRefresh = """
        SELECT FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND query LIKE '%refresh_continuous_aggregate%' AND pid <> pg_backend_pid()
        """
    private static let scheduled = "SELECT bool_and(j.scheduled) FROM \(policies)"
    private static let job = "SELECT max(j.id) FROM \(policies)"
    private static let policies = """
        _timescaledb_config.bgw_job j
          JOIN _timescaledb_catalog.continuous_agg c ON c.mat_hypertable_id = j.hypertable_id AND c.user_view_name = 'a_by'
        """

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
                try await cluster.carryOut("migrate \(command)")
            }
            #expect(try await other.execute("SELECT nextval('app') FROM generate_series(1, 20)").rows.last == ["120"])
            let undone = try await cluster.carryOut("migrate undo a --yes")
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
                try await cluster.carryOut("migrate \(command)")
            }
            // What was written is gone, but for what the aggregate has of it.
            _ = try await other.execute(Self.insert(days: 1, from: "2024-01-06"))
            _ = try await other.execute("CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            _ = try await other.execute("SELECT drop_chunks('a', newer_than => '2024-01-06Z'::timestamptz)")
            let refused = try await cluster.carryOut("migrate undo a --yes", status: 1)
            #expect(refused.errors.contains("its continuous aggregate a_by has 1 row of times whose raw rows are gone"))
            let undone = try await cluster.carryOut("migrate undo a --lose-new-rows --yes")
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
            for verb in ["start", "copy"] { try await cluster.carryOut("migrate \(verb)") }
            for statement in [
                "INSERT INTO a__new (id, time, v) VALUES (9001, '2024-01-02 00:30Z', 1)",
                "INSERT INTO a__new (id, time, v) VALUES (9002, '2025-01-02Z', 1)",
            ] { _ = try await cluster.query("an1", statement) }
            for option in ["--dry-run", "--yes"] {
                let refused = try await cluster.carryOut("migrate undo a \(option)", status: 1)
                #expect(refused.errors.contains("1 more than were copied in"), "\(refused)")
                #expect(refused.errors.contains("are nowhere else"), "\(refused)")
            }
            #expect(try await cluster.value("SELECT count(*) FROM a__new") == "122")
            let undone = try await cluster.carryOut("migrate undo a --lose-new-rows --yes")
            #expect(undone.output.contains("the copy is dropped"), "\(undone)")
        }
    }
}
