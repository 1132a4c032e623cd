import Postgres
import Sandbox
import Testing

/// What a cut-over brings along, in place and to another database, and what takes it back.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct CutoverDependentTests {
    /// A table whose name, and its indexes' names, are alike in their first bytes; continuous aggregates over one another, of
    /// which the second has history without raw data; a materialized view.
    private static let long = String(repeating: "l", count: 57)
    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --chunk-interval '1 day'
        sql CREATE INDEX \(long)_a ON m (dev)
        sql CREATE INDEX \(long)_b ON m (v)
        sql INSERT INTO m (t, dev, v) SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-09', '1 hour') t, generate_series(1, 5) d
        sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS SELECT time_bucket('1 day', t) AS day, dev, count(*) AS rows, max(v) AS v FROM m GROUP BY 1, 2
        sql CREATE INDEX daily_by_v ON daily (v, day)
        sql ALTER MATERIALIZED VIEW daily SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev', timescaledb.compress_orderby = 'v DESC, day')
        sql CREATE MATERIALIZED VIEW weekly WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS SELECT time_bucket('7 days', day) AS week, sum(rows) AS rows FROM daily GROUP BY 1
        sql CREATE MATERIALIZED VIEW most AS SELECT dev, max(v) AS v FROM m GROUP BY dev
        sql CREATE UNIQUE INDEX most_dev ON most (dev)
        sql CREATE VIEW over_weekly AS SELECT sum(rows) AS rows FROM weekly
        sql SELECT drop_chunks('m', '2024-01-04'::timestamptz)

        """

    /// What users see, and how the aggregates are kept.
    private static let seen = """
        SELECT (SELECT sum(rows) FROM daily), (SELECT sum(rows) FROM weekly), (SELECT rows FROM over_weekly), \
        (SELECT count(*) FROM most), \
        (SELECT string_agg(attname || coalesce(segmentby_column_index, 0) || coalesce(orderby_column_index, 0), ' ' ORDER BY attname) \
        FROM timescaledb_information.compression_settings s \
        JOIN timescaledb_information.continuous_aggregates a ON s.hypertable_name = a.materialization_hypertable_name \
        WHERE a.view_name = 'daily'), \
        (SELECT string_agg(x.indexname, ' ') FROM pg_indexes x JOIN timescaledb_information.continuous_aggregates a \
        ON a.materialization_hypertable_name = x.tablename WHERE a.view_name = 'daily' AND x.indexname ~ 'daily_by_v')
        """

    @Test func inPlaceTheAggregatesKeepTheirIndexesAndSettings() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let before = try await cluster.query("an1", Self.seen)
            #expect(before[0][0] == "965" && before[0][5] == "daily_by_v", "\(before)")
            for verb in ["start --accept aggregate-history", "copy", "cutover m --yes"] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            #expect(try await cluster.query("an1", Self.seen) == before)
            let indexes = "SELECT count(*) FROM pg_indexes WHERE tablename = 'm' AND indexname LIKE '\(Self.long)__'"
            #expect(try await cluster.value(indexes) == "2")

            // Nobody waits longer than that, and all is as it was.
            let tooLong = try await cluster.run("migrate undo m --max-pause 100ms --yes")
            if tooLong.status != 0 {
                #expect(tooLong.errors.contains("all is as it was"), "\(tooLong)")
                #expect(try await cluster.query("an1", Self.seen) == before)
                let planned = try await cluster.run("migrate undo m --dry-run")
                #expect(planned.status == 0 && planned.output.contains("RENAME TO \"m\";"), "\(planned)")
                let undone = try await cluster.run("migrate undo m --yes")
                #expect(undone.status == 0, "\(undone)")
            }
            #expect(try await cluster.query("an1", Self.seen) == before)
            #expect(try await cluster.value(indexes) == "2")
        }
    }

    @Test func toAnotherDatabaseTheAggregatesComeWithTheirHistory() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let before = try await cluster.query("an1", Self.seen)
            let first = try #require(cluster.sandbox.nodes.first)
            var parameters = cluster.sandbox.parameters(for: first)
            try await cluster.runScript("an1", "CREATE DATABASE elsewhere")
            parameters["dbname"] = "elsewhere"
            let elsewhere = try await Connection.open(parameters)
            _ = try await elsewhere.execute("CREATE EXTENSION timescaledb")
            let target = "host=\(first.socketDirectory) port=\(first.port) dbname=elsewhere"
            for verb in [
                "start --to '\(target)' --accept aggregate-history", "copy", "cutover m --yes", "undo m --yes",
                "cutover m --yes", "verify",
            ] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            #expect(try await elsewhere.execute(Self.seen).rows == before)
            // Taken back and forgotten, nothing is left there.
            for _ in 1...2 {
                let undone = try await cluster.run("migrate undo m --yes")
                #expect(undone.status == 0, "\(undone)")
            }
            let left = try await elsewhere.execute(
                "SELECT to_regclass('m'), to_regclass('daily'), to_regclass('most'), to_regnamespace('tscl_migrate')")
            #expect(left.rows == [[nil, nil, nil, nil]])
            await elsewhere.close()
            #expect(try await cluster.query("an1", Self.seen) == before)
        }
    }

    /// The user's function makes the time, so that the column's type says nothing of a chunk's range.
    @Test func whatIsDividedByAFunctionOfTheUsersIsCopiedBack() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let function =
                "CREATE FUNCTION at(doc jsonb) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $f$SELECT (doc ->> 't')::timestamptz$f$"
            for node in ["an1", "dn1"] { try await cluster.runScript(node, function) }
            try await cluster.runScript(
                "an1",
                """
                CREATE TABLE d (doc jsonb NOT NULL, v int);
                SELECT create_distributed_hypertable('d', 'doc', time_partitioning_func => 'at', chunk_time_interval => interval '1 day', create_default_indexes => false);
                INSERT INTO d SELECT jsonb_build_object('t', t), 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 hour') t;
                """)
            for verb in ["start", "copy", "cutover d --yes"] {
                let result = try await cluster.run("migrate \(verb)")
                #expect(result.status == 0, "\(verb): \(result)")
            }
            try await cluster.runScript(
                "an1", "INSERT INTO d VALUES ('{\"t\": \"2024-01-02 00:30\"}', 7), ('{\"t\": \"2024-05-02\"}', 7)")
            let back = try await cluster.run("migrate undo d --copy-back --yes")
            #expect(back.status == 0, "\(back)")
            #expect(
                try await cluster.query("an1", "SELECT count(*), count(*) FILTER (WHERE v = 7) FROM d") == [
                    ["51", "2"]
                ])
        }
    }
}
