/// A background job of TimescaleDB in this database.
package struct Job: Sendable, Equatable {
    package let id: Int
    package let name: String
    /// With its schema.
    package let procedure: TableName
    package let owner: String
    /// The time between two runs, as PostgreSQL writes an interval.
    package let schedule: String
    package let isScheduled: Bool
    /// Nil where it is not going to run.
    package let nextStart: String?
    package let lastRun: String?
    /// `Success` or `Failed`; nil where it has not run yet.
    package let lastStatus: String?
    package let runs: Int
    package let failures: Int
    /// Why its last run failed; nil where it did not, or where this version does not keep that.
    package let lastError: JobError?
    /// Seconds since it was to start; 0 where it is not late, or runs.
    package let secondsLate: Int
    /// Its argument, a JSON object.
    package let configuration: String?

    /// - Parameter row: of ``list(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        id = row.integer("job")
        name = row["name"] ?? ""
        procedure = TableName(schema: row["proc_schema"], name: row["proc_name"] ?? "")
        owner = row["owner"] ?? ""
        schedule = row["schedule"] ?? ""
        isScheduled = row.flag("scheduled")
        nextStart = row["next_start"]
        lastRun = row["last_run"]
        lastStatus = row["last_status"]
        runs = row.integer("runs")
        failures = row.integer("failures")
        lastError = row["error"].map { JobError(sqlstate: row["error_sqlstate"], message: $0) }
        secondsLate = row.integer("seconds_late")
        configuration = row["config"]
    }

    package var hasFailed: Bool { lastStatus == "Failed" }

    /// The jobs, by number. It reads only columns that all versions have, and the errors where they are kept.
    package static func list(_ capabilities: Capabilities) -> SQL {
        let errors: SQL =
            capabilities.keepsJobErrors
            ? """
            (SELECT sqlerrcode AS error_sqlstate, err_message AS error
               FROM timescaledb_information.job_errors
              WHERE job_id = j.job_id AND s.last_run_status = 'Failed'
              ORDER BY start_time DESC NULLS LAST
              LIMIT 1)
            """ : "(SELECT NULL::text AS error_sqlstate, NULL::text AS error)"
        return """
            SELECT j.job_id AS job, j.application_name AS name, j.proc_schema, j.proc_name, j.owner,
                   \(raw: .plain("j.schedule_interval")) AS schedule, j.scheduled, j.config,
                   \(raw: .iso("NULLIF(j.next_start, '-infinity')")) AS next_start,
                   \(raw: .iso("NULLIF(s.last_run_started_at, '-infinity')")) AS last_run,
                   s.last_run_status AS last_status,
                   COALESCE(s.total_runs, 0) AS runs, COALESCE(s.total_failures, 0) AS failures,
                   e.error_sqlstate, e.error,
                   CASE WHEN j.scheduled AND s.job_status <> 'Running' AND pg_catalog.isfinite(j.next_start)
                        THEN GREATEST(0, pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.now() - j.next_start))) END
                       AS seconds_late
              FROM timescaledb_information.jobs j
              LEFT JOIN timescaledb_information.job_stats s ON s.job_id = j.job_id
              LEFT JOIN LATERAL \(raw: errors) e ON true
             ORDER BY j.job_id
            """
    }
}
