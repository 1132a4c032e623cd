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
        configuration = row["config"]
    }

    /// The jobs, by number. It reads only columns that all versions have.
    package static func list(_ capabilities: Capabilities) -> SQL {
        """
        SELECT j.job_id AS job, j.application_name AS name, j.proc_schema, j.proc_name, j.owner,
               j.schedule_interval AS schedule, j.scheduled, j.config,
               NULLIF(j.next_start, '-infinity') AS next_start,
               NULLIF(s.last_run_started_at, '-infinity') AS last_run, s.last_run_status AS last_status,
               COALESCE(s.total_runs, 0) AS runs, COALESCE(s.total_failures, 0) AS failures
          FROM timescaledb_information.jobs j
          LEFT JOIN timescaledb_information.job_stats s ON s.job_id = j.job_id
         ORDER BY j.job_id
        """
    }
}
