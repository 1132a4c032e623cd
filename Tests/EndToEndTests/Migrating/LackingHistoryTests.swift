import Testing

/// What has rows that nothing can make again is not dropped with the old table unasked.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct LackingHistoryTests {
    private static let setUp = [
        "CREATE TABLE a (time timestamptz NOT NULL, k int)",
        "SELECT create_distributed_hypertable('a', 'time', chunk_time_interval => interval '1 day')",
        """
        CREATE MATERIALIZED VIEW a_by WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
        SELECT time_bucket('1 day', time) AS b, k, count(*) AS n FROM a GROUP BY 1, 2 WITH NO DATA
        """,
        "INSERT INTO a SELECT '2024-01-01Z'::timestamptz + g * interval '1 h', g % 3 FROM generate_series(0, 24 * 20 - 1) g",
        "CALL refresh_continuous_aggregate('a_by', NULL, NULL)",
        "SELECT drop_chunks('a', older_than => '2024-01-10Z'::timestamptz)",
        "CREATE MATERIALIZED VIEW rep AS SELECT time_bucket('1 day', time) AS d, count(*) AS n FROM a GROUP BY 1",
        "SELECT drop_chunks('a', older_than => '2024-01-15Z'::timestamptz)",
    ]

    @Test func itIsToldAndKept() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            for statement in Self.setUp { _ = try await cluster.query("an1", statement) }
            let plan = try await cluster.carryOut("migrate plan")
            #expect(
                plan.output.contains("rep is made anew by the cut-over from the raw rows that are there"), "\(plan)")
            let refused = try await cluster.carryOut("migrate start --accept aggregate-history", status: 6)
            #expect(refused.errors.contains("materialized-views"), "\(refused)")
            try await cluster.carryOut("migrate start --accept aggregate-history materialized-views")
            try await cluster.carryOut("migrate copy")
            let cutOver = try await cluster.carryOut("migrate cutover a --yes", status: 4)
            #expect(cutOver.errors.contains("rep has 6 rows, where rep__old has 11"), "\(cutOver)")
            try await cluster.carryOut("migrate verify")

            let kept = try await cluster.carryOut("migrate finish a --drop-old --yes", status: 1)
            #expect(kept.errors.contains("rep__old had more rows at the cut-over"), "\(kept)")
            _ = try await cluster.query("an1", "DROP MATERIALIZED VIEW rep__old")

            // A day of history, and a day that can be made again.
            let rows = try await cluster.value(
                """
                SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)
                  FROM timescaledb_information.continuous_aggregates WHERE view_name = 'a_by'
                """)
            _ = try await cluster.query(
                "an1", "DELETE FROM \(rows) WHERE b IN ('2024-01-05Z', '2024-01-19Z')")
            let lost = try await cluster.carryOut("migrate finish a --drop-old --yes", status: 1)
            #expect(lost.errors.contains("a_by__old has 3 rows of before the first chunk that a_by has not"), "\(lost)")
            let verified = try await cluster.carryOut("migrate verify", status: 5)
            #expect(verified.output.contains("a: a_by lacks 3 rows of before the first chunk"), "\(verified)")
            let json = try await cluster.carryOut("migrate verify --format json", status: 5)
            #expect(json.output.contains(#"["a","a_by",null,3,"lacking""#), "\(json)")
            try await cluster.carryOut("migrate finish a --drop-old --yes", status: 1)
            try await cluster.carryOut("migrate verify --accept-unproved")
            try await cluster.carryOut("migrate finish a --drop-old --yes")
        }
    }
}
