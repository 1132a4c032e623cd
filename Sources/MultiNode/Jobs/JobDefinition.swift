/// The definition of a background job: what `add_job` needs to create it again.
package struct JobDefinition: Sendable, Equatable {
    package let id: Int
    package let name: String
    /// With its schema.
    package let procedure: TableName
    package let owner: String
    package let schedule: String
    package let scheduleSeconds: Int
    package let isScheduled: Bool
    /// A JSON object.
    package let configuration: String?
    /// Nil if this version has no fixed schedules; the two properties below also if the job has no value for them.
    package let isFixedSchedule: Bool?
    package let initialStart: String?
    package let timezone: String?
    /// The function that checks the configuration, as SQL writes it.
    package let check: String?
    /// The limits for a run and its retries; each is nil if it has `add_job`'s default.
    package let maxRuntime: String?
    package let maxRetries: Int?
    package let retryPeriod: String?
    /// The hypertable that a policy is for.
    package let hypertable: TableName?
    /// Statements that create the job's procedure and its check function, except those that belong to an extension.
    package let procedures: [String]

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        id = row.integer("job")
        name = row["name"] ?? ""
        procedure = TableName(schema: row["proc_schema"], name: row["proc_name"] ?? "")
        owner = row["owner"] ?? ""
        schedule = row["schedule"] ?? ""
        scheduleSeconds = row.integer("schedule_seconds")
        isScheduled = row.flag("scheduled")
        configuration = row["config"]
        isFixedSchedule = row["fixed_schedule"].map { $0 == "true" }
        initialStart = row["initial_start"]
        timezone = row["timezone"]
        check = row["check_function"]
        maxRuntime = row["max_runtime"]
        maxRetries = row.optionalInteger("max_retries")
        retryPeriod = row["retry_period"]
        hypertable = row["hypertable_name"].map { TableName(schema: row["hypertable_schema"], name: $0) }
        procedures = row.array("procedures")
    }

    /// Whether TimescaleDB created the job, for itself or for a policy; such a job can't be created with `add_job`.
    package var isInternal: Bool { procedure.isOfTimescaleDB }

    /// The statement that creates the same job again, under another number.
    package func statement(_ capabilities: Capabilities) -> SQL {
        var add = FunctionCall(
            capabilities.function("add_job"), ["\(literal: procedure.quoted)", "\(literal: schedule)"])
        if let configuration { add.arguments.append("config => \(literal: configuration)") }
        if let initialStart { add.arguments.append("initial_start => \(literal: initialStart)") }
        if !isScheduled { add.arguments.append("scheduled => false") }
        if let check { add.arguments.append("check_config => \(literal: check)") }
        if isFixedSchedule == false { add.arguments.append("fixed_schedule => false") }
        if let timezone { add.arguments.append("timezone => \(literal: timezone)") }
        var alter = FunctionCall(capabilities.function("alter_job"), ["\(raw: add.text)"])
        if let maxRuntime { alter.arguments.append("max_runtime => \(literal: maxRuntime)") }
        if let maxRetries { alter.arguments.append("max_retries => \(literal: maxRetries)") }
        if let retryPeriod { alter.arguments.append("retry_period => \(literal: retryPeriod)") }
        guard alter.arguments.count > 1 else { return add.scalar }
        // What alters it would forget it.
        if let timezone, capabilities.canAlterTimezone { alter.arguments.append("timezone => \(literal: timezone)") }
        return alter.table
    }

    /// The jobs, by number.
    ///
    /// Columns that only some versions have are read from the row as JSON, which gives NULL for a missing column.
    package static let list: SQL = """
        SELECT j.job_id AS job, j.application_name AS name, j.proc_schema, j.proc_name, j.owner,
               \(raw: .plain("j.schedule_interval")) AS schedule, EXTRACT(epoch FROM j.schedule_interval)::bigint AS schedule_seconds,
               j.scheduled, j.config, v.view ->> 'fixed_schedule' AS fixed_schedule,
               CASE WHEN v.view ->> 'fixed_schedule' = 'true' THEN v.view ->> 'initial_start' END AS initial_start,
               v.job ->> 'timezone' AS timezone,
               pg_catalog.quote_ident(v.view ->> 'check_schema') || '.'
                   || pg_catalog.quote_ident(v.view ->> 'check_name') AS check_function,
               \(raw: .plain("NULLIF(j.max_runtime, '0')")) AS max_runtime, NULLIF(j.max_retries, -1) AS max_retries,
               \(raw: .plain("NULLIF(j.retry_period, '5 minutes')")) AS retry_period, j.hypertable_schema, j.hypertable_name,
               ARRAY(SELECT pg_catalog.pg_get_functiondef(p.oid)
                       FROM pg_catalog.pg_proc p
                       JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                      WHERE (n.nspname, p.proname) IN (
                              (j.proc_schema, j.proc_name),
                              ((v.view ->> 'check_schema')::name, (v.view ->> 'check_name')::name))
                        AND p.prokind IN ('f', 'p')
                        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                         WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                                           AND d.objid = p.oid AND d.deptype = 'e')
                      ORDER BY p.oid) AS procedures
          FROM timescaledb_information.jobs j
          LEFT JOIN _timescaledb_config.bgw_job b ON b.id = j.job_id
         CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(j) AS view, pg_catalog.to_jsonb(b) AS job) v
         ORDER BY j.job_id
        """
}
