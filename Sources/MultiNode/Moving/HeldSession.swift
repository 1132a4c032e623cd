/// A session of the access node that waits for the end of a hold, be it behind others.
package struct HeldSession: Sendable, Equatable {
    package let pid: Int
    package let role: String?
    package let application: String
    /// How long its transaction and its statement have lasted, in milliseconds; nil where this role may not see it.
    package let transactionAge: Int?
    package let statementAge: Int?

    package init(
        pid: Int, role: String? = nil, application: String = "", transactionAge: Int?, statementAge: Int?
    ) {
        (self.pid, self.role, self.application) = (pid, role, application)
        (self.transactionAge, self.statementAge) = (transactionAge, statementAge)
    }

    /// - Parameter row: of ``query(behind:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            pid: row.integer("pid"), role: row["role"], application: row["application"] ?? "",
            transactionAge: row.optionalInteger("transaction_age"), statementAge: row.optionalInteger("statement_age"))
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
        SELECT a.pid, a.usename AS role, a.application_name AS application,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::int AS transaction_age,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::int AS statement_age
          FROM w JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid
         WHERE w.pid <> \(String(holder), type: "int")
         ORDER BY a.xact_start LIMIT 100
        """
    }
}
