/// A new continuous aggregate that has not, or has otherwise, what the old one has of times whose raw rows were gone before the
/// cut-over: nothing can make that again.
package struct LackingHistory: Sendable, Equatable {
    package let new: TableName
    package let old: TableName
    /// How many rows of the old one these are.
    package let rows: Int

    /// The name by which a migration has it on record that somebody has let that pass.
    package static let accepted = "lacking-history"

    package init(new: TableName, old: TableName, rows: Int) {
        (self.new, self.old, self.rows) = (new, old, rows)
    }
}

extension AggregateBuckets {
    /// Whether a bucket ends before the first chunk begins.
    ///
    /// - Parameter start: of that chunk; nil where there is none.
    package func isHistory(_ bucket: Int, before start: Int?) -> Bool {
        guard let start else { return true }
        let (end, isBehind) = bucket.addingReportingOverflow(width.most)
        return !isBehind && end <= start
    }

    /// For the server that has it: the time before which its retention policy drops its rows: `bound`, in the units of the
    /// dimension; nil where that is no time.
    package var retention: SQL? {
        guard ["timestamp with time zone", "timestamp without time zone", "date"].contains(time.type) else {
            return nil
        }
        return """
            SELECT (1000000 * EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.min((j.config ->> 'drop_after')::pg_catalog.interval)))::pg_catalog.int8 AS bound
              FROM _timescaledb_config.bgw_job j
              JOIN _timescaledb_catalog.hypertable h ON h.id = j.hypertable_id
             WHERE j.proc_name = 'policy_retention'
               AND (h.schema_name, h.table_name) = (\(literal: rows.schema ?? "public"), \(literal: rows.name))
            """
    }
}
