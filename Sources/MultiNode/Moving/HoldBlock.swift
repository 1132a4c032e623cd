/// A transaction on a data node for whose end something waits that is done while writers are held.
package struct HoldBlock: Sendable, Equatable {
    package let node: String
    /// The process of its session; 0 for a transaction that is prepared, and so has none.
    package let pid: Int
    package let role: String?
    package let application: String
    package let state: String?
    /// How long it has lasted, in milliseconds; nil where this role may not see it.
    package let age: Int?
    /// Whether a session of an access node is known to have it, over which whoever is connected there works. It may be one of
    /// any other name, too.
    let isOfAccessNode: Bool

    /// - Parameter option: the name that the node's server gives the access node's sessions.
    package init(
        node: String, pid: Int, role: String? = nil, application: String = "", state: String? = nil, age: Int?,
        named option: String? = nil
    ) {
        (self.node, self.pid, self.role) = (node, pid, role)
        (self.application, self.state, self.age) = (application, state, age)
        isOfAccessNode = AccessNodeSession.isNamed(application, by: option)
    }

    /// - Parameter row: of ``query(operation:chunk:)``.
    package init(row: [String: String?], on node: DataNode) {
        let row = Row(row)
        self.init(
            node: node.name, pid: row.integer("pid"), role: row["role"], application: row["application"] ?? "",
            state: row["state"], age: row.optionalInteger("age"), named: node.sessionName)
    }

    /// In the place of a node's name: the transaction is one of the access node itself.
    static let accessNode = ""

    /// Whether the transaction is one of the access node itself, which waits for no other.
    package var isOnAccessNode: Bool { node == Self.accessNode }

    /// In a few words.
    package var text: String {
        guard pid != 0 else { return "a transaction in doubt on \(node)" }
        let age = age.map { " for \($0 / 1000) s" } ?? ""
        let more = [role, state.map { $0 + age }].compactMap(\.self).joined(separator: ", ")
        return "process \(pid)\(more.isEmpty ? "" : " (\(more))") on \(node)"
    }

    /// For a data node: those for which sessions wait that work on a chunk, or make a replication slot for a copy, and those
    /// for which these wait in turn.
    ///
    /// - Parameters:
    ///   - operation: the copy that is made meanwhile; nil for none.
    ///   - chunk: its name, without a schema.
    package static func query(operation: String?, chunk: String) -> SQL {
        """
        WITH RECURSIVE e AS MATERIALIZED (
               SELECT a.pid, pg_catalog.pg_blocking_pids(a.pid) AS holders,
                      pg_catalog.strpos(a.query, \(chunk, type: "text")) > 0
                      OR pg_catalog.strpos(a.query, \(operation ?? chunk, type: "text")) > 0
                      OR a.application_name = \(operation ?? chunk, type: "text")
                      OR a.application_name ~ '^pg_[0-9]+_sync_[0-9]+_' AS is_own
                 FROM pg_catalog.pg_stat_activity a
                WHERE a.wait_event_type = 'Lock' AND a.pid <> pg_catalog.pg_backend_pid()),
             b (pid) AS (
               SELECT pg_catalog.unnest(e.holders) FROM e WHERE e.is_own
                UNION
               SELECT pg_catalog.unnest(e.holders) FROM e JOIN b ON b.pid = e.pid)
        SELECT b.pid, a.usename AS role, a.application_name AS application, a.state,
               (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::int AS age
          FROM b LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid AND b.pid <> 0
         ORDER BY a.xact_start NULLS FIRST
        """
    }

    /// For a data node: a row if that transaction is still open. A prepared one has no process by which it could be told.
    package var isStillOpen: SQL {
        """
        SELECT a.pid FROM pg_catalog.pg_stat_activity a
         WHERE a.pid = \(String(pid), type: "int")
           AND pg_catalog.clock_timestamp() - a.xact_start >= \(String(age ?? 0), type: "int") * interval '1 ms'
        """
    }

    /// For a data node: breaks off what reads the chunk for the comparison, and nothing that the sessions do behind that.
    ///
    /// - Parameter processes: of the sessions that compare.
    package static func breaking(_ processes: [Int], chunk: String) -> SQL {
        """
        SELECT pg_catalog.pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity a
         WHERE a.pid = ANY (\(processes.map(String.init), type: "int[]")) AND a.wait_event_type = 'Lock'
           AND pg_catalog.strpos(a.query, \(chunk, type: "text")) > 0
        """
    }
}
