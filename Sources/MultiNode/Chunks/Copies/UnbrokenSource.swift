/// Whether the server that a copy is made from is the same since before that: then it has lost nothing that the copy has, and what the
/// copy alone has is older, as an UPDATE or DELETE may reach the one alone whose rows the access node reads. A server is put back to an
/// older state by a start, or by a standby in its place, which has another timeline.
///
/// The two servers' clocks may differ. So each tells by its own how long ago that was.
package enum UnbrokenSource {
    /// For the access node: how long ago an operation began, in seconds: one value; none where it is not recorded, or the rows of the
    /// chunk are read from another node than its source.
    package static func age(of operation: String) -> SQL {
        """
        SELECT extract(epoch FROM pg_catalog.clock_timestamp() - o.time_start) AS age
          FROM _timescaledb_catalog.chunk_copy_operation o
          JOIN _timescaledb_catalog.chunk c ON c.id = o.chunk_id
          JOIN pg_catalog.pg_foreign_table f
            ON f.ftrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.schema_name, c.table_name))
          JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver AND s.srvname = o.source_node_name
         WHERE o.operation_id = \(operation, type: "name")
        """
    }

    /// For a data node: how long its server has been up, in seconds, and whether its log was never taken over from another's.
    package static let standing: SQL = """
        SELECT extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) AS uptime,
               (SELECT c.timeline_id = 1 FROM pg_catalog.pg_control_checkpoint() c) AS is_first
        """

    /// How far the two may be apart that are told one behind the other, in seconds.
    private static let grain = 60.0

    /// - Parameters:
    ///   - row: of ``standing``.
    ///   - age: what ``age(of:)`` has told.
    package static func isUnbroken(_ row: [String: String?], since age: String?) -> Bool {
        let row = Row(row)
        guard row.flag("is_first"), let uptime = row["uptime"].flatMap({ Double($0) }),
            let age = age.flatMap({ Double($0) })
        else { return false }
        return uptime > age + grain
    }
}
