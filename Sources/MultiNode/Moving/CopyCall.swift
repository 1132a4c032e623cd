/// A call of `copy_chunk` that is under way, as the access node tells.
package struct CopyCall: Sendable, Equatable {
    /// The last stage that is finished.
    package let finished: CopyStage
    /// Nil where it was dropped meanwhile: what is copied of it then never ends.
    package let chunk: TableName?
    /// The session of the call, and whether it waits for a lock of the access node.
    package let process: Int
    package let waitsForLock: Bool

    /// - Parameter row: of ``query(_:)``.
    package init?(row: [String: String?]) {
        let row = Row(row)
        guard let finished = row["stage"].flatMap({ CopyStage(rawValue: $0) }) else { return nil }
        self.finished = finished
        chunk = row["name"].map { TableName(schema: row["schema"], name: $0) }
        process = row.integer("pid")
        waitsForLock = row["wait"] == "Lock"
    }

    /// For an access node with ``Capabilities/canCopyChunks``; no row if there is no such operation, or it is over.
    package static func query(_ operation: String) -> SQL {
        """
        SELECT o.completed_stage AS stage, c.schema_name AS schema, c.table_name AS name, a.pid, a.wait_event_type AS wait
          FROM _timescaledb_catalog.chunk_copy_operation o
          LEFT JOIN _timescaledb_catalog.chunk c ON c.id = o.chunk_id AND NOT c.dropped
          JOIN pg_catalog.pg_stat_activity a ON a.pid = o.backend_pid AND a.state = 'active'
               AND pg_catalog.starts_with(a.application_name, o.operation_id || ':')
         WHERE o.operation_id = \(operation, type: "name")
        """
    }

    /// For the access node: cancels the call, and nothing that its session may do afterwards.
    package static func cancelling(_ operation: String) -> SQL {
        """
        SELECT pg_catalog.pg_cancel_backend(a.pid)
          FROM _timescaledb_catalog.chunk_copy_operation o
          JOIN pg_catalog.pg_stat_activity a ON a.pid = o.backend_pid AND a.state = 'active'
               AND pg_catalog.starts_with(a.application_name, o.operation_id || ':')
               AND pg_catalog.starts_with(a.query, 'CALL timescaledb_experimental.copy_chunk(')
         WHERE o.operation_id = \(operation, type: "name")
        """
    }
}

/// The subscription by which a data node gets a copy of a chunk, as that node tells.
package struct CopySubscription: Sendable, Equatable {
    /// Nil if there is none, or none any more.
    package let number: Int?
    /// What is on disk of the copy, with indexes and TOAST. It can be compared with what the source has, which the bytes of
    /// `pg_stat_progress_copy` can't, and there are versions without that.
    package let bytes: Int64
    /// Whether a worker applies it.
    package let isApplied: Bool
    /// How many workers copy rows.
    package let copiers: Int
    /// The process that copies rows, or one of them.
    package let copier: Int?
    /// How often a worker of it has failed; nil where the server does not count that.
    package let errors: Int?
    /// Whether a table is not copied yet.
    package let lacksRows: Bool
    /// Whether it has nothing to do any more: each table is copied, and follows its source.
    package let isReady: Bool

    /// - Parameter row: of ``query(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        number = row.optionalInteger("number")
        bytes = row["bytes"].flatMap { Int64($0) } ?? 0
        isApplied = row.integer("appliers") > 0
        copiers = row.integer("copiers")
        copier = row.optionalInteger("copier")
        errors = row.optionalInteger("errors")
        lacksRows = row.flag("lacks_rows")
        isReady = row.flag("ready")
    }

    /// For a data node; one row. The view of the errors is not there before PostgreSQL 15, and `ts_stat` runs a query only
    /// where it is reached: `format` makes one of a missing number that has nothing behind its `=`.
    package static func query(_ operation: String) -> SQL {
        """
        SELECT s.oid AS number,
               (SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(r.srrelid))
                  FROM pg_catalog.pg_subscription_rel r WHERE r.srsubid = s.oid) AS bytes,
               EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r
                        WHERE r.srsubid = s.oid AND r.srsubstate IN ('i', 'd')) AS lacks_rows,
               s.oid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r
                        WHERE r.srsubid = s.oid AND r.srsubstate <> 'r') AS ready,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_subscription w
                 WHERE w.subid = s.oid AND w.pid IS NOT NULL AND w.relid IS NULL) AS appliers,
               (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_subscription w
                 WHERE w.subid = s.oid AND w.pid IS NOT NULL AND w.relid IS NOT NULL) AS copiers,
               (SELECT pg_catalog.max(w.pid) FROM pg_catalog.pg_stat_subscription w
                 WHERE w.subid = s.oid AND w.relid IS NOT NULL) AS copier,
               CASE WHEN s.oid IS NOT NULL
                     AND pg_catalog.to_regclass('pg_catalog.pg_stat_subscription_stats') IS NOT NULL
                    THEN (SELECT word FROM pg_catalog.ts_stat(pg_catalog.format(
                          'SELECT pg_catalog.array_to_tsvector(ARRAY[(apply_error_count + sync_error_count)::text])
                             FROM pg_catalog.pg_stat_subscription_stats WHERE subid = %s', s.oid)))
               END AS errors
          FROM (VALUES (1)) one (row)
          LEFT JOIN pg_catalog.pg_subscription s ON s.subname = \(operation, type: "name")
               AND s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d
                                 WHERE d.datname = pg_catalog.current_database())
        """
    }
}
