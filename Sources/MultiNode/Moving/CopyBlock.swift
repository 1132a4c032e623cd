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

    /// Whether a session of an access node makes a chunk's table; other copies' sessions are among these.
    private static let makesTable: SQL =
        "pg_catalog.strpos(a.query, '.create_chunk') > 0 AND \(raw: AccessNodeSession.mayBe)"

    /// For a data node: those that sessions of the copy wait for. A session of the access node's has the operation or the
    /// chunk in its statement, but for that which makes the table and has them as parameters; one of another data node,
    /// which copies rows, has the name of a slot. A prepared transaction has no process, and is found by what it has locked:
    /// of several the one whose lock is stronger than a writer's.
    ///
    /// - Parameters:
    ///   - stage: the one in hand.
    ///   - subscription: its number on the destination.
    package static func query(_ operation: String, chunk: String, _ stage: CopyStage, subscription: Int?) -> SQL {
        """
        SELECT h.pid AS holder, b.usename AS holder_role, b.state AS holder_state,
               extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::int AS holder_seconds,
               (SELECT x.gid FROM pg_catalog.pg_locks l
                  JOIN pg_catalog.pg_locks g ON g.granted AND g.pid IS NULL AND g.locktype = l.locktype
                       AND g.database IS NOT DISTINCT FROM l.database
                       AND g.relation IS NOT DISTINCT FROM l.relation
                       AND g.transactionid IS NOT DISTINCT FROM l.transactionid
                  JOIN pg_catalog.pg_locks t ON t.pid IS NULL AND t.locktype = 'transactionid'
                       AND t.virtualtransaction = g.virtualtransaction
                  JOIN pg_catalog.pg_prepared_xacts x ON x.transaction = t.transactionid
                 WHERE l.pid = a.pid AND NOT l.granted AND h.pid = 0
                 ORDER BY g.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock') LIMIT 1) AS gid
          FROM pg_catalog.pg_stat_activity a
         CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(a.pid)) h (pid)
          LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = h.pid AND h.pid <> 0
         WHERE a.wait_event_type = 'Lock' AND a.pid <> pg_catalog.pg_backend_pid()
           AND (pg_catalog.strpos(a.query, \(operation, type: "text")) > 0
                OR pg_catalog.strpos(a.query, \(chunk, type: "text")) > 0
                OR \(raw: stage.namesByParameters ? makesTable : "false")
                OR a.application_name = \(operation, type: "text")
                OR pg_catalog.starts_with(a.application_name, \("pg_\(subscription ?? 0)_sync_", type: "text")))
         ORDER BY a.pid
        """
    }
}
