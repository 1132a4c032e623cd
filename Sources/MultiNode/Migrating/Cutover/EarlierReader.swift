/// A transaction of the target that reads as things were when it began, as REPEATABLE READ and SERIALIZABLE do, and began before rows
/// were copied. Rows that were copied as they are it sees all the same, as they are frozen; those that TimescaleDB has compressed, or
/// has put beside compressed ones, it does not: behind the cut-over its UPDATE and DELETE would pass over them.
package struct EarlierReader: Sendable, Equatable {
    package let session: LockHolder
    /// Tells the transaction from others of the session.
    package let transaction: String
    /// Whether it reads so for certain: READ COMMITTED keeps nothing between two statements.
    package let isCertain: Bool
    /// Whether it does not see the last of those rows.
    package let isEarlier: Bool
    /// Whether it waits for the table: where it reads so, it goes on in the new one.
    package let isWaiting: Bool

    /// - Parameter row: of ``list(of:)``.
    package init?(row: [String: String?]) {
        guard let session = LockHolder(row: row) else { return nil }
        self.session = session
        let row = Row(row)
        transaction = row["transaction"] ?? ""
        isCertain = row.flag("is_certain")
        isEarlier = row.flag("is_earlier")
        isWaiting = row.flag("is_waiting")
    }

    /// For the target: those who read as things were at some time, the asking session left out.
    package static func list(of migration: Migration) -> SQL {
        """
        SELECT a.pid AS holder, a.usename AS holder_role, a.state AS holder_state,
               extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int AS holder_seconds,
               pg_catalog.concat(a.pid, ' ', extract(epoch FROM a.xact_start)) AS transaction,
               a.state LIKE 'idle in transaction%' AS is_certain,
               COALESCE(pg_catalog.age(a.backend_xmin) >= pg_catalog.age(c.last), false) AS is_earlier,
               EXISTS (SELECT FROM pg_catalog.pg_locks l
                        WHERE l.pid = a.pid AND NOT l.granted
                          AND l.relation = pg_catalog.to_regclass(\(literal: migration.source.quoted))) AS is_waiting
          FROM pg_catalog.pg_stat_activity a
         CROSS JOIN (
               SELECT (pg_catalog.max(target_xid) & 4294967295)::text::pg_catalog.xid AS last FROM tscl_migrate.chunk
                WHERE cluster = \(migration.cluster, type: "text")
                  AND hypertable_id = \(String(migration.sourceID), type: "int")
                  AND state = 'copied' AND is_compressed) c
         WHERE a.backend_xmin IS NOT NULL AND a.datname = pg_catalog.current_database()
           AND a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
         ORDER BY a.xact_start
        """
    }
}
