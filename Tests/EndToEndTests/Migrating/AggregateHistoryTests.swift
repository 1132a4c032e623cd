import Postgres
import Sandbox
import Testing

/// That the history of continuous aggregates, which nothing can make again, is seen behind a cut-over, and what comes of it.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct AggregateHistoryTests {
    /// Real-time aggregates: of `none` all raw data is gone; of `later` there is newer raw data that no refresh has seen; of `first`
    /// the oldest day was written since the last refresh; of `month` the raw data begins within a bucket.
    private static let tables = ["none", "later", "first", "month"]
    private static let setUp =
        tables.map { table in
            """
            CREATE TABLE \(table) (time timestamptz NOT NULL, k int, i interval);
            SELECT create_distributed_hypertable('\(table)', 'time', chunk_time_interval => interval '\(table == "month" ? 1 : 7) days');
            CREATE MATERIALIZED VIEW \(table)_by WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
            SELECT time_bucket('\(table == "month" ? "1 month" : "1 day")', time) AS b, count(*) AS n, sum(i) AS i FROM \(table) GROUP BY 1 WITH NO DATA;
            INSERT INTO \(table) SELECT timestamptz '2024-01-04 00:00:00+00' + g * interval '1 hour', 1, interval '-3 days -12 hours'
              FROM generate_series(0, 24 * 50) g;
            CALL refresh_continuous_aggregate('\(table)_by', NULL, NULL);
            """
        }.joined(separator: "\n") + """

            SELECT drop_chunks('none', older_than => timestamptz '2025-01-01');
            SELECT drop_chunks('later', older_than => timestamptz '2025-01-01');
            SELECT drop_chunks('month', older_than => timestamptz '2024-02-10');
            INSERT INTO later SELECT timestamptz '2025-06-01 00:00:00+00' + g * interval '1 hour', 1, '1 s' FROM generate_series(0, 70) g;
            INSERT INTO first SELECT timestamptz '2024-01-04 05:00:00+00', 2, '1 s' FROM generate_series(1, 50);
            """

    private static func prepare(_ cluster: Cluster) async throws {
        // A refresh is no part of a transaction.
        for statement in setUp.split(separator: ";") where statement.contains(where: \.isLetter) {
            _ = try await cluster.query("an1", String(statement))
        }
    }

    private static func answers() -> String {
        let sums = tables.map {
            "(SELECT concat_ws(' ', count(*), sum(n), extract(epoch FROM sum(i)), min(b), max(b)) FROM \($0)_by)"
        }
        return "SELECT \(sums.joined(separator: ", "))"
    }

    private static func refresh(_ table: String) -> String {
        "CALL refresh_continuous_aggregate('\(table)_by', NULL, NULL)"
    }

    @Test func inPlaceTheHistoryIsSeenAndWhatWasWrittenIsRefreshed() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.prepare(cluster)
            let before = try await cluster.query("an1", Self.answers())
            for verb in ["start --accept aggregate-history", "copy", "cutover all --yes"] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            #expect(try await cluster.query("an1", Self.answers()) == before)

            // The oldest bucket begins with the chunk; and what is new comes in, also where there was no raw data.
            try await cluster.runScript(
                "an1", "INSERT INTO none VALUES ('2025-07-01', 1, '1 s'), ('2024-03-10', 1, '1 s')")
            for table in ["first", "none", "later"] { try await cluster.runScript("an1", Self.refresh(table)) }
            func materialized(_ table: String, _ day: String) async throws -> String? {
                let rows = try await cluster.query(
                    "an1",
                    """
                    SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)
                      FROM timescaledb_information.continuous_aggregates WHERE view_name = '\(table)_by'
                    """)
                return try await cluster.value("SELECT n FROM \((rows[0][0]) ?? "") WHERE b = '\(day)'")
            }
            #expect(try await materialized("first", "2024-01-04") == "74")
            #expect(try await materialized("none", "2025-07-01") == "1")
            #expect(try await materialized("none", "2024-03-10") == "1")
            #expect(try await materialized("none", "2024-01-04") == "24")
            #expect(try await materialized("later", "2025-06-02") == "24")
            #expect(try await materialized("later", "2024-01-05") == "24")

            // A row of a time whose raw data is gone is noted, as it was before.
            let noted = "SELECT count(*) FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log"
            try await cluster.runScript("an1", "INSERT INTO none VALUES ('2024-01-06', 1, '1 s')")
            #expect(try await cluster.value(noted) != "0")
        }
    }

    /// The raw data begins within a bucket, all of it is there, and some of it no refresh has seen.
    @Test(arguments: [true, false]) func theBucketOfTheFirstChunkIsRefreshed(_ isInPlace: Bool) async throws {
        try await Cluster.with(nodes: 2) { cluster in
            for statement in [
                "CREATE TABLE a (time timestamptz NOT NULL, v int)",
                "SELECT create_distributed_hypertable('a', 'time', chunk_time_interval => interval '1 day')",
                """
                CREATE MATERIALIZED VIEW a_by WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
                SELECT time_bucket('1 week', time) AS b, count(*) AS n FROM a GROUP BY 1 WITH NO DATA
                """,
                "INSERT INTO a SELECT '2024-01-03Z'::timestamptz + g * interval '1 h', 1 FROM generate_series(0, 24 * 9 - 1) g",
                "CALL refresh_continuous_aggregate('a_by', NULL, NULL)",
                "INSERT INTO a SELECT '2024-01-04 05:00Z'::timestamptz, 2 FROM generate_series(1, 50)",
            ] { _ = try await cluster.query("an1", statement) }
            let other = isInPlace ? nil : try await MigrationElsewhereTests.database("out", of: cluster)
            let to = isInPlace ? "" : " --to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["migrate start\(to)", "migrate copy", "migrate cutover a --yes"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            let asked = try await cluster.connection(to: "an1")
            let link = other ?? asked
            _ = try await link.execute("CALL refresh_continuous_aggregate('a_by', NULL, NULL)")
            #expect(try await link.execute("SELECT n FROM a_by ORDER BY b").rows == [["170"], ["96"]])
            await asked.close()
            await other?.close()
        }
    }

    /// What the database has set must not hide what is compressed.
    @Test(arguments: [true, false]) func compressedHistoryIsCopiedWhateverIsSet(_ isInPlace: Bool) async throws {
        try await Cluster.with(nodes: 1) { cluster in
            for statement in [
                "CREATE TABLE a (time timestamptz NOT NULL, v int)",
                "SELECT create_distributed_hypertable('a', 'time', chunk_time_interval => interval '1 day')",
                """
                CREATE MATERIALIZED VIEW a_by WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
                SELECT time_bucket('1 day', time) AS b, count(*) AS n FROM a GROUP BY 1 WITH NO DATA
                """,
                "INSERT INTO a SELECT '2024-01-01Z'::timestamptz + g * interval '1 h', 1 FROM generate_series(0, 24 * 20 - 1) g",
                "CALL refresh_continuous_aggregate('a_by', NULL, NULL)",
                "SELECT drop_chunks('a', older_than => '2024-01-15Z'::timestamptz)",
                "ALTER MATERIALIZED VIEW a_by SET (timescaledb.compress = true)",
                "SELECT compress_chunk(x) FROM show_chunks('a_by') x",
                """
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timescaledb.enable_transparent_decompression = off',
                                           current_database()); END $$
                """,
            ] { _ = try await cluster.query("an1", statement) }
            let other = isInPlace ? nil : try await MigrationElsewhereTests.database("out", of: cluster)
            let to = isInPlace ? "" : " --to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            // What would be lost is found, too.
            #expect(try await cluster.run("migrate plan\(to)", patience: 120).output.contains("aggregate-history"))
            for command in [
                "migrate start\(to) --accept aggregate-history", "migrate copy", "migrate cutover a --yes",
            ] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0 && !result.output.contains("does not show"), "\(command): \(result)")
            }
            let asked = try await cluster.connection(to: "an1")
            let link = other ?? asked
            _ = try await link.execute("SET timescaledb.enable_transparent_decompression = on")
            #expect(try await link.execute("SELECT count(*) || ' ' || sum(n) FROM a_by").rows == [["20 480"]])
            await asked.close()
            await other?.close()
        }
    }

    /// The access node writes dates and intervals as another server would read them wrongly.
    @Test func toAnotherDatabaseTheHistoryIsSeenAndNoValueIsReadOtherwise() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.prepare(cluster)
            try await cluster.runScript(
                "an1",
                """
                DO $$ BEGIN
                  EXECUTE format('ALTER DATABASE %I SET DateStyle = ''SQL, DMY''', current_database());
                  EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''sql_standard''', current_database());
                END $$;
                """)
            for statement in [
                "ALTER TABLE later ADD COLUMN d date", "ALTER TABLE later ADD CHECK (d >= '2023-03-04'::date)",
                "CREATE VIEW over_later AS SELECT * FROM later WHERE d >= '2023-05-06'::date",
            ] { _ = try await cluster.query("an1", statement) }
            let plain = "SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';"
            let definitions = """
                SELECT (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'later'::regclass), \
                (SELECT regexp_replace(pg_get_viewdef('over_later'), '\\s+', ' ', 'g'))
                """
            let here = try await cluster.connection(to: "an1")
            _ = try await here.executeScript(plain)
            let before = try await here.execute(Self.answers()).rows
            let defined = try await here.execute(definitions).rows
            await here.close()
            let first = try #require(cluster.sandbox.nodes.first)
            var parameters = cluster.sandbox.parameters(for: first)
            try await cluster.runScript("an1", "CREATE DATABASE elsewhere")
            parameters["dbname"] = "elsewhere"
            let elsewhere = try await Connection.open(parameters)
            _ = try await elsewhere.execute("CREATE EXTENSION timescaledb")
            _ = try await elsewhere.executeScript(plain)
            let target = "host=\(first.socketDirectory) port=\(first.port) dbname=elsewhere"
            for verb in ["start --to '\(target)' --accept aggregate-history", "copy", "cutover all --yes"] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            #expect(try await elsewhere.execute(Self.answers()).rows == before)
            #expect(try await elsewhere.execute(definitions).rows == defined)
            await elsewhere.close()
        }
    }

    /// TimescaleDB makes no time of where the chunk of 'infinity' begins.
    @Test func aTableWithRowsAtTheEndOfTimeIsTakenBack() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let ends = [
                "a": ("timestamptz", "infinity"), "b": ("timestamp", "infinity"), "c": ("date", "infinity"),
                "d": ("timestamptz", "4714-11-24 00:00:00+00 BC"), "e": ("bigint", "9223372036854775807"),
            ]
            for (name, end) in ends {
                let interval = end.0 == "bigint" ? "10" : "interval '1 day'"
                try await cluster.runScript(
                    "an1",
                    """
                    CREATE TABLE \(name) (t \(end.0) NOT NULL, v int);
                    SELECT create_distributed_hypertable('\(name)', 't', chunk_time_interval => \(interval));
                    INSERT INTO \(name) VALUES ('\(end.1)', 1), (\(end.0 == "bigint" ? "5" : "'2024-01-01 00:00:00+00'"), 1);
                    """)
            }
            for verb in ["start", "copy", "cutover all --yes"] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            for name in ends.keys.sorted() {
                try await cluster.runScript("an1", "UPDATE \(name) SET v = v + 1")
                let refused = try await cluster.run("migrate undo \(name) --yes")
                #expect(refused.status != 0 && refused.errors.contains("--copy-back"), "\(name): \(refused)")
                let shown = try await cluster.run("migrate undo \(name) --copy-back --dry-run")
                #expect(shown.status == 0, "\(name): \(shown)")
                let back = try await cluster.run("migrate undo \(name) --copy-back --yes")
                #expect(back.status == 0, "\(name): \(back)")
                #expect(
                    try await cluster.value("SELECT concat(count(*), ' ', sum(v)) FROM \(name)") == "2 4", "\(name)")
            }
        }
    }
}
