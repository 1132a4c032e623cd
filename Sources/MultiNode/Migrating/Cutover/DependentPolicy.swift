/// A policy of a hypertable or of a continuous aggregate: a job of TimescaleDB's own.
package struct DependentPolicy: Sendable, Equatable {
    package let job: Int
    /// `policy_retention`, `policy_compression` or `policy_refresh_continuous_aggregate`.
    let procedure: String
    /// The hypertable's or the continuous aggregate's.
    package private(set) var table: TableName
    package let isScheduled: Bool
    package var refreshes: Bool { procedure == "policy_refresh_continuous_aggregate" }
    /// A JSON object.
    let configuration: String
    let schedule: String
    let maxRuntime: String
    let maxRetries: Int
    let retryPeriod: String
    /// When it runs next; nil where it is due, or never ran.
    let nextStart: String?
    /// What its times are fixed by; nil where they follow the ends of its runs, or this version has no such times.
    let initialStart: String?
    let timezone: String?
    /// The type of the dimension that numbers in the configuration are of; nil where it is one of time.
    let numberType: String?

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        job = row.integer("job")
        procedure = row["procedure"] ?? ""
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        isScheduled = row.flag("is_scheduled")
        configuration = row["configuration"] ?? "{}"
        schedule = row["schedule"] ?? "1 day"
        maxRuntime = row["max_runtime"] ?? "0"
        maxRetries = row.integer("max_retries")
        retryPeriod = row["retry_period"] ?? "1 hour"
        nextStart = row["next_start"]
        initialStart = row["initial_start"]
        timezone = row["timezone"]
        numberType = row["number_type"]
    }

    /// The policies of a hypertable and of the continuous aggregates over it: those that refresh first, as the others of an
    /// aggregate want one.
    package static func list(of table: TableName) -> SQL {
        """
        WITH RECURSIVE \(raw: DependentAggregate.tree(of: table))
        SELECT j.id AS job, j.proc_name AS procedure, t.schema, t.name, j.scheduled AS is_scheduled,
               j.config AS configuration, j.schedule_interval AS schedule, j.max_runtime, j.max_retries, j.retry_period,
               (SELECT \(raw: .iso("s.next_start")) FROM _timescaledb_internal.bgw_job_stat s
                 WHERE s.job_id = j.id AND s.next_start > pg_catalog.now()) AS next_start,
               pg_catalog.to_jsonb(j) ->> 'initial_start' AS initial_start,
               pg_catalog.to_jsonb(j) ->> 'timezone' AS timezone,
               (SELECT pg_catalog.format_type(\(raw: DimensionValue.type), NULL)
                  FROM _timescaledb_catalog.dimension d
                 WHERE d.hypertable_id = j.hypertable_id AND d.interval_length IS NOT NULL
                   AND \(raw: DimensionValue.type) IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
                 ORDER BY d.id LIMIT 1) AS number_type
          FROM _timescaledb_config.bgw_job j
          JOIN (SELECT id, schema_name::name AS schema, table_name::name AS name
                  FROM _timescaledb_catalog.hypertable
                 WHERE (schema_name, table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
                 UNION ALL
                SELECT mat_hypertable_id, user_view_schema, user_view_name FROM tree) t ON t.id = j.hypertable_id
         WHERE j.proc_name IN ('policy_retention', 'policy_compression', 'policy_refresh_continuous_aggregate')
         ORDER BY j.proc_name <> 'policy_refresh_continuous_aggregate', j.id
        """
    }

    /// The same of a table of another name.
    func of(_ table: TableName) -> DependentPolicy {
        var policy = self
        policy.table = table
        return policy
    }

    /// Nothing where the job is gone by then.
    func schedule(_ isOn: Bool, _ capabilities: Capabilities) -> SQL { Self.schedule(job, isOn, capabilities) }

    static func schedule(_ job: Int, _ isOn: Bool, _ capabilities: Capabilities) -> SQL {
        """
        SELECT \(raw: capabilities.function("alter_job"))(\(literal: job), scheduled => \(raw: isOn ? "true" : "false")\
        \(raw: capabilities.canAlterTimezone ? ", timezone => timezone" : "")) \
        FROM _timescaledb_config.bgw_job WHERE id = \(literal: job)
        """
    }

    package func off(_ capabilities: Capabilities) -> SQL { schedule(false, capabilities) }

    package func on(_ capabilities: Capabilities) -> SQL { schedule(true, capabilities) }

    /// The same policy for the table that has the name now, in one statement.
    ///
    /// - Parameter isOn: whether it was scheduled before the migration turned it off.
    func remaking(isOn: Bool, _ capabilities: Capabilities) -> SQL {
        let (function, arguments): (String, [(String, String)]) =
            switch procedure {
            case "policy_retention": ("add_retention_policy", [("drop_after", "drop_after")])
            case "policy_compression": ("add_compression_policy", [("compress_after", "compress_after")])
            default:
                (
                    "add_continuous_aggregate_policy",
                    [("start_offset", "start_offset"), ("end_offset", "end_offset")]
                )
            }
        var call = arguments.map { name, key -> SQL in
            "\(raw: SQL(stringLiteral: name)) => (config ->> \(literal: key))::\(raw: valueType)"
        }
        if refreshes {
            call.append("schedule_interval => \(literal: schedule)::interval")
        }
        if let initialStart { call.append("initial_start => \(literal: initialStart)::timestamptz") }
        if let timezone { call.append("timezone => \(literal: timezone)") }
        // What alters a job forgets that where it is not said once more.
        let zone: SQL =
            timezone.flatMap { zone in
                capabilities.canAlterTimezone ? "timezone => \(literal: zone), " : nil
            } ?? ""
        let next: SQL = nextStart.map { "next_start => \(literal: $0)::timestamptz, " } ?? ""
        let name = SQL(stringLiteral: function)
        let body: SQL = """
            DECLARE
              config pg_catalog.jsonb := \(literal: configuration);
              job pg_catalog.int4;
            BEGIN
              job := \(raw: capabilities.function(name.text))(\(literal: table.quoted), \(raw: call.joined(separator: ", ")));
              PERFORM \(raw: capabilities.function("alter_job"))(job, schedule_interval => \(literal: schedule)::interval,
                \(raw: next)\(raw: zone)max_runtime => \(literal: maxRuntime)::interval, max_retries => \(literal: maxRetries),
                retry_period => \(literal: retryPeriod)::interval, scheduled => \(raw: isOn ? "true" : "false"),
                config => (SELECT b.config FROM _timescaledb_config.bgw_job b WHERE b.id = job)
                          || (config - 'hypertable_id' - 'mat_hypertable_id'));
            END
            """
        return "DO \(literal: body.inlined)"
    }

    private var valueType: SQL { numberType.map { SQL.fromCatalog($0) } ?? "pg_catalog.interval" }

    /// Removes the policies of a table that only the cut-over has made.
    package static func removal(of table: TableName, _ capabilities: Capabilities) -> SQL {
        """
        SELECT \(raw: capabilities.function("delete_job"))(j.id)
          FROM _timescaledb_config.bgw_job j
          JOIN _timescaledb_catalog.hypertable h ON h.id = j.hypertable_id
         WHERE (h.schema_name, h.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
           AND j.proc_name IN ('policy_retention', 'policy_compression')
        """
    }
}
