/// A session of the access node that waits for the end of a hold, be it behind others.
package struct HeldSession: Sendable, Equatable {
    package let pid: Int
    package let role: String?
    package let application: String
    /// How long its transaction and its statement have lasted, in milliseconds; nil where this role may not see it.
    package let transactionAge: Int?
    package let statementAge: Int?
    /// Whether the hold waits for it in turn, on the access node itself.
    package let isAwaited: Bool

    package init(
        pid: Int, role: String? = nil, application: String = "", transactionAge: Int?, statementAge: Int?,
        isAwaited: Bool = false
    ) {
        (self.pid, self.role, self.application) = (pid, role, application)
        (self.transactionAge, self.statementAge) = (transactionAge, statementAge)
        self.isAwaited = isAwaited
    }

    /// - Parameter row: of ``query(behind:)`` or ``query(writingTo:of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            pid: row.integer("pid"), role: row["role"], application: row["application"] ?? "",
            transactionAge: row.optionalInteger("transaction_age"), statementAge: row.optionalInteger("statement_age"),
            isAwaited: row.flag("awaited"))
    }

    /// In a few words.
    package var text: String {
        let more = [role, application].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        return "process \(pid)\(more.isEmpty ? "" : " (\(more))")"
    }

    /// For the access node: at most 100, those whose transactions are oldest first. Those that wait to hold the same
    /// hypertable are none of them: they keep nobody waiting.
    ///
    /// - Parameter holder: the session that holds.
    package static func query(behind holder: Int) -> SQL {
        """
        WITH RECURSIVE e AS MATERIALIZED (
               SELECT a.pid, pg_catalog.pg_blocking_pids(a.pid) AS holders FROM pg_catalog.pg_stat_activity a
                WHERE a.wait_event_type = 'Lock' AND a.wait_event <> 'advisory'),
             w (pid) AS (
               SELECT \(String(holder), type: "int")
                UNION
               SELECT e.pid FROM e JOIN w ON w.pid = ANY (e.holders))
        SELECT \(raw: columns),
               a.pid = ANY (pg_catalog.pg_blocking_pids(\(String(holder), type: "int"))) AS awaited
          FROM w JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid
         WHERE w.pid <> \(String(holder), type: "int")
         ORDER BY a.xact_start LIMIT 100
        """
    }

    private static let columns: SQL = """
        a.pid, a.usename AS role, a.application_name AS application,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::int AS transaction_age,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::int AS statement_age
        """

    /// For the session of the access node that holds: one that has written to a chunk by its own name, and waits to write to the
    /// hypertable; no row where there is none. To wait for it would be a deadlock, of which it might be the victim.
    package static func query(writingTo chunk: TableName, of table: TableName) -> SQL {
        func lock(_ table: TableName, _ condition: SQL) -> SQL {
            """
            EXISTS (SELECT FROM pg_catalog.pg_locks l
                             WHERE l.pid = a.pid AND l.locktype = 'relation' AND \(raw: condition)
                               AND l.relation = pg_catalog.to_regclass(\(table.quoted, type: "text")))
            """
        }
        return """
            SELECT \(raw: columns), true AS awaited
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = pg_catalog.current_database() AND a.wait_event_type = 'Lock'
               AND \(raw: lock(table, "NOT l.granted"))
               AND \(raw: lock(chunk, "l.granted AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')"))
             ORDER BY a.xact_start LIMIT 1
            """
    }
}
