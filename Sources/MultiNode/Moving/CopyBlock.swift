/// Who holds what a session on a data node waits for that works for a copy of a chunk.
package struct CopyBlock: Sendable, Equatable {
    package let holder: LockHolder
    /// The prepared transaction, where the holder is one and it is known which.
    package let gid: String?

    package init(holder: LockHolder, gid: String? = nil) {
        (self.holder, self.gid) = (holder, gid)
    }

    /// - Parameter rows: of ``query(_:chunk:subscription:)``.
    package static func list(_ rows: [[String: String?]]) -> [CopyBlock] {
        rows.map { Row($0) }.compactMap { row in
            LockHolder(row: row).map { CopyBlock(holder: $0, gid: row["gid"]) }
        }
    }

    /// For a data node: those that sessions of the copy wait for. A session of the access node's has the operation or the
    /// chunk in its statement; one of another data node, which copies rows, has the name of a slot.
    ///
    /// - Parameter subscription: its number on the destination.
    package static func query(_ operation: String, chunk: String, subscription: Int?) -> SQL {
        """
        SELECT h.pid AS holder, b.usename AS holder_role, b.state AS holder_state,
               extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::int AS holder_seconds,
               (SELECT x.gid FROM pg_catalog.pg_locks l
                  JOIN pg_catalog.pg_prepared_xacts x ON x.transaction = l.transactionid
                 WHERE l.pid = a.pid AND NOT l.granted AND h.pid = 0 LIMIT 1) AS gid
          FROM pg_catalog.pg_stat_activity a
         CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(a.pid)) h (pid)
          LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = h.pid AND h.pid <> 0
         WHERE a.wait_event_type = 'Lock' AND a.pid <> pg_catalog.pg_backend_pid()
           AND (pg_catalog.strpos(a.query, \(operation, type: "text")) > 0
                OR pg_catalog.strpos(a.query, \(chunk, type: "text")) > 0
                OR a.application_name = \(operation, type: "text")
                OR pg_catalog.starts_with(a.application_name, \("pg_\(subscription ?? 0)_sync_", type: "text")))
         ORDER BY a.pid
        """
    }
}
