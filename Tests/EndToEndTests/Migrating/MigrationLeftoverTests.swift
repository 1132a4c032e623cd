import Postgres
import Sandbox
import Testing

/// What comes along beside the rows, as it is, on a real engine.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationLeftoverTests {
    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --partition-by dev --chunk-interval '1 day'
        sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-04', '1 hour') t, generate_series(1, 5) d
        sql CREATE MATERIALIZED VIEW empty AS SELECT dev, sum(v) FROM m GROUP BY 1 WITH NO DATA
        sql CREATE MATERIALIZED VIEW filled AS SELECT dev, sum(v) FROM m GROUP BY 1
        sql CREATE MATERIALIZED VIEW h WITH (timescaledb.continuous) AS SELECT time_bucket('1 hour', t) AS b, count(*) AS n FROM m GROUP BY 1 WITH NO DATA
        sql CALL refresh_continuous_aggregate('h', NULL, NULL)
        sql ALTER MATERIALIZED VIEW h SET (timescaledb.compress = true)
        sql SELECT compress_chunk(c) FROM show_chunks('h') c
        sql SELECT add_continuous_aggregate_policy('h', '100 years', '1 hour', '1 hour', initial_start => '2127-03-01', timezone => 'UTC')
        role create reader --everywhere
        sql GRANT SELECT ON m TO reader

        """

    @Test func itStaysWhatItWas() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            let zones = "SELECT array_agg(timezone) FROM _timescaledb_config.bgw_job WHERE proc_name ~ 'refresh'"
            let before = try await cluster.query("an1", zones)
            let plan = try await cluster.carryOut("migrate plan")
            #expect(plan.output.contains("compressed chunk of h come along uncompressed"), "\(plan)")
            for command in ["migrate start", "migrate copy"] { try await cluster.carryOut(command) }

            // What somebody has made over the copy is named, with what drops it.
            _ = try await cluster.query("an1", "CREATE VIEW mine AS SELECT * FROM m__new")
            let kept = try await cluster.carryOut("migrate undo m --yes", status: 1)
            let remedy = try #require(kept.errors.firstMatch(of: #/help: (sql DROP VIEW [^;]*);/#), "\(kept)")
            try await cluster.carryOut(String(remedy.output.1))

            try await cluster.carryOut("migrate cutover all --yes")
            #expect(
                try await cluster.query(
                    "an1",
                    "SELECT relname::text, relispopulated FROM pg_class WHERE relname IN ('empty', 'filled') ORDER BY 1"
                )
                    == [["empty", "f"], ["filled", "t"]])
            // Who may read the table may read its chunks.
            #expect(
                try await cluster.query(
                    "an1", "SELECT bool_and(has_table_privilege('reader', c, 'SELECT')) FROM show_chunks('m') c") == [
                        ["t"]
                    ])
            try await cluster.carryOut("migrate verify")
            try await cluster.carryOut("migrate finish all --drop-old --yes")
            #expect(try await cluster.query("an1", zones) == before)
            let again = try await cluster.carryOut("migrate finish all --drop-old --yes")
            #expect(again.output.contains("no migration is left") && again.output.contains("migrate ready"), "\(again)")
        }
    }

    /// Both would make the same tables, and each would take those of the other for in the way.
    @Test func twoThatBeginAtOnceAreNotInEachOthersWay() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            let one = try cluster.program.start(["-c", "migrate start"])
            let two = try cluster.program.start(["-c", "migrate start"])
            let ends = [await one.end(), await two.end()]
            #expect(ends.contains { $0.status == 0 }, "\(ends)")
            for end in ends where end.status != 0 {
                #expect(end.status == 1 && end.errors.contains("another tscl begins migrations"), "\(end)")
            }
            try await cluster.carryOut("migrate start")
        }
    }
}
