/// A transaction on a data node that may be an access node's, which goes on reading the rows there as they were when it began to:
/// TimescaleDB has the parts of a transaction read so, whatever its isolation level. A copy of a chunk that is younger has no
/// row for it.
package struct OpenSnapshot: Sendable, Equatable {
    package let node: String
    /// The process of its session there.
    package let pid: Int
    /// Tells the transaction from all others of the server: `3/4711`.
    package let number: String
    package let role: String?
    /// What its session calls itself; an access node's is `timescaledb`, where nothing gives it another name.
    package let application: String?
    /// What the session does; nil where this role may not see it, as of what follows.
    package let state: String?
    /// When it began, as PostgreSQL writes times.
    package let since: String?
    /// How long it has lasted, in milliseconds.
    package let age: Int?

    package init(
        node: String, pid: Int, number: String, role: String? = nil, application: String? = nil, state: String? = nil,
        since: String? = nil, age: Int? = nil
    ) {
        (self.node, self.pid, self.number) = (node, pid, number)
        (self.role, self.application, self.state) = (role, application, state)
        (self.since, self.age) = (since, age)
    }

    /// - Parameter row: of ``query(among:)``.
    package init?(row: [String: String?], on node: String) {
        let row = Row(row)
        guard let number = row["number"] else { return nil }
        self.init(
            node: node, pid: row.integer("pid"), number: number, role: row["role"], application: row["application"],
            state: row["state"], since: row["since"], age: row.optionalInteger("age"))
    }

    /// What sessions of access nodes run there for copies of other chunks, none of which reads rows; some take as long as
    /// a copy.
    private static let ofCopies: SQL =
        "a.query ~ '(wait_subscription_sync|subscription_exec|pg_create_logical_replication_slot|pg_drop_replication_slot)'"

    /// For a data node: those in its database, the oldest first.
    ///
    /// - Parameter numbers: looks which of these are still open; nil for all.
    package static func query(among numbers: [String]? = nil) -> SQL {
        let chosen: SQL =
            numbers.map { "\n           AND l.virtualtransaction = ANY (\($0, type: "text[]"))" as SQL } ?? ""
        return """
            SELECT a.pid, l.virtualtransaction AS number, a.usename AS role, a.application_name AS application, a.state,
                   pg_catalog.to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS') AS since,
                   (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint AS age
              FROM pg_catalog.pg_stat_activity a
              JOIN pg_catalog.pg_locks l
                ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
             WHERE a.backend_xmin IS NOT NULL AND a.datname = pg_catalog.current_database()
               AND \(raw: AccessNodeSession.mayBe)
               AND COALESCE(NOT \(raw: ofCopies), true)\(raw: chosen)
             ORDER BY a.xact_start
            """
    }

    /// For the access node: the sessions whose transactions are as old or older, as rows of ``HeldSession``. Where it is only
    /// one, it is its: who works with tscl there is one of them.
    package var sessions: SQL {
        """
        SELECT a.pid, a.usename AS role, a.application_name AS application,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint AS transaction_age,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::bigint AS statement_age
          FROM pg_catalog.pg_stat_activity a
         WHERE a.xact_start <= pg_catalog.clock_timestamp()
                               - \(String(max(0, (age ?? 0) - HoldLooks.grain)), type: "bigint") * interval '1 ms'
           AND a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
           AND a.backend_type NOT IN ('walsender', 'autovacuum worker', 'parallel worker', 'logical replication worker')
         LIMIT 2
        """
    }

    /// In words that go on behind "waits for".
    ///
    /// - Parameter session: of the access node, whose transaction it is; nil where nobody can tell.
    package func text(of session: HeldSession?) -> String {
        let whose = session.map { "the transaction of \($0.text) of the access node" } ?? "a transaction"
        // The usual name is the access node's, as is what is said already.
        let name = application.flatMap { $0.isEmpty || $0 == AccessNodeSession.usualName ? nil : $0 }
        let more = [role, name, state].compactMap(\.self).joined(separator: ", ")
        let age = since.map { ", open since \($0)" } ?? ""
        return "\(whose) that reads \(node) as it was before: process \(pid) there"
            + (more.isEmpty ? "" : " (\(more))") + age
    }

    package static let remedy =
        "have it end, by its client; 'sql SELECT pid, usename, application_name, state, query FROM pg_stat_activity WHERE "
        + "xact_start IS NOT NULL' shows those of the access node"
}
