/// The parts of time in which the continuous aggregates over a table that was taken back are still to be made anew, one by one, so
/// that what lies between stays. They are recorded with the undo that has written there, as a kill may come behind it.
extension Migration {
    /// For the target, behind ``MigrationStore/renewal`` and ``recordReturn``, in its transaction. Until all are made anew the jobs are
    /// off that would refresh what lies between, too.
    ///
    /// - Parameter jobs: the statements that turn these on again.
    package func recordUnrefreshed(_ parts: [ClosedRange<Int>], jobs: [SQL]) -> SQL {
        let bounds = parts.flatMap { [$0.lowerBound, $0.upperBound] }.map(String.init)
        return """
            UPDATE tscl_migrate.hypertable
               SET unrefreshed = \(bounds, type: "bigint[]"), undo = \(jobs.map(\.inlined), type: "text[]")
             WHERE \(raw: isThis) AND state = 'copying'
            """
    }

    /// For the target, behind that, when the jobs are on again.
    package var recordRefreshed: SQL {
        "UPDATE tscl_migrate.hypertable SET unrefreshed = '{}' WHERE \(raw: isThis)"
    }

    /// - Parameter bounds: as they are recorded: where each begins and ends.
    static func unrefreshed(_ bounds: [String]) -> [ClosedRange<Int>] {
        let numbers = bounds.compactMap { Int($0) }
        return stride(from: 0, to: numbers.count - 1, by: 2).map {
            min(numbers[$0], numbers[$0 + 1])...max(numbers[$0], numbers[$0 + 1])
        }
    }

    /// For an access node where migrations are recorded: the jobs that would refresh what lies between, whether they are on or not:
    /// `job`, with `schema` and `name` of the table.
    package static let jobsToWait: SQL = """
        WITH RECURSIVE tree AS (
            SELECT a.mat_hypertable_id, h.source_schema, h.source_name
              FROM tscl_migrate.hypertable h
              JOIN _timescaledb_catalog.continuous_agg a ON a.raw_hypertable_id = h.source_id
             WHERE pg_catalog.to_jsonb(h) -> 'unrefreshed' <> '[]'
             UNION ALL
            SELECT a.mat_hypertable_id, t.source_schema, t.source_name
              FROM tree t
              JOIN _timescaledb_catalog.continuous_agg a ON a.raw_hypertable_id = t.mat_hypertable_id)
        SELECT j.id AS job, t.source_schema AS schema, t.source_name AS name
          FROM tree t
          JOIN _timescaledb_config.bgw_job j ON j.hypertable_id = t.mat_hypertable_id
         WHERE j.proc_name = 'policy_refresh_continuous_aggregate'
        """

    /// For an access node where migrations are recorded: `schema` and `name` of the tables with such parts.
    package static let unrefreshedTables: SQL = """
        SELECT source_schema AS schema, source_name AS name FROM tscl_migrate.hypertable h
         WHERE pg_catalog.to_jsonb(h) -> 'unrefreshed' <> '[]'
         ORDER BY 1, 2
        """
}
