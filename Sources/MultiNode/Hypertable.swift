/// A distributed hypertable.
package struct Hypertable: Sendable, Equatable {
    package let table: TableName
    /// With its schema unless that is `public`.
    package let name: String
    package let timeColumn: String
    package let dimensions: Int
    package let chunks: Int
    package let replicationFactor: Int
    package let dataNodes: [String]

    package static func list(_ capabilities: Capabilities) -> SQL {
        """
        SELECT h.hypertable_schema, h.hypertable_name,
            CASE WHEN h.hypertable_schema = 'public' THEN h.hypertable_name
                ELSE h.hypertable_schema || '.' || h.hypertable_name END AS hypertable,
            (SELECT column_name FROM timescaledb_information.dimensions d
             WHERE d.hypertable_schema = h.hypertable_schema AND d.hypertable_name = h.hypertable_name
             ORDER BY d.dimension_number LIMIT 1) AS time_column,
            h.num_dimensions AS dimensions, h.num_chunks AS chunks, h.replication_factor,
            array_to_string(h.data_nodes, E'\\n') AS data_nodes
        FROM timescaledb_information.hypertables h WHERE h.is_distributed AND h.replication_factor > 0
        ORDER BY h.hypertable_schema, h.hypertable_name
        """
    }

    package init(row: [String: String?]) {
        func text(_ name: String) -> String { (row[name] ?? nil) ?? "" }
        table = TableName(schema: text("hypertable_schema"), name: text("hypertable_name"))
        name = text("hypertable")
        timeColumn = text("time_column")
        dimensions = Int(text("dimensions")) ?? 0
        chunks = Int(text("chunks")) ?? 0
        replicationFactor = Int(text("replication_factor")) ?? 1
        dataNodes = text("data_nodes").split(separator: "\n").map(String.init)
    }

    /// Whether a name that a user wrote, perhaps without its schema, is this one's.
    package func isNamed(_ other: TableName) -> Bool {
        other.name == table.name && (other.schema ?? "public") == table.schema
    }
}

/// What of the cluster can be counted on the access node alone.
package struct ClusterCounts: Sendable, Equatable {
    package let transactionLog: Int
    package let hypertables: Int
    /// nil where this TimescaleDB does not tell.
    package let underReplicated: Int?
    package let healingJob: String?

    package static func query(_ capabilities: Capabilities) -> SQL {
        let status: SQL =
            capabilities.hasReplicationStatus
            ? """
            (SELECT count(*) FROM timescaledb_experimental.chunk_replication_status
             WHERE num_replicas < desired_num_replicas)
            """
            : "NULL"
        return """
            SELECT (SELECT count(*) FROM _timescaledb_catalog.remote_txn) AS transaction_log,
                (SELECT count(*) FROM timescaledb_information.hypertables
                 WHERE is_distributed AND replication_factor > 0) AS hypertables,
                \(raw: status) AS under_replicated,
                (SELECT string_agg(job_id::text || ' every ' || schedule_interval::text, ', ' ORDER BY job_id)
                 FROM timescaledb_information.jobs
                 WHERE proc_name LIKE '%heal%' OR config::text LIKE '%heal%') AS healing_job
            """
    }

    package init(row: [String: String?]) {
        func number(_ name: String) -> Int? { (row[name] ?? nil).flatMap { Int($0) } }
        transactionLog = number("transaction_log") ?? 0
        hypertables = number("hypertables") ?? 0
        underReplicated = number("under_replicated")
        healingJob = row["healing_job"] ?? nil
    }
}
