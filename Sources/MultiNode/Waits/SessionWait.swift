/// What a session of a server waits for, as another one sees it (PostgreSQL manual, "pg_stat_activity").
package struct SessionWait: Sendable, Equatable {
    package let pid: Int
    /// Whether it runs a statement.
    package let isActive: Bool
    /// Whether this role may not see what it does.
    package let isHidden: Bool
    /// Whether its statement or its transaction has lasted for a while.
    package let isOld: Bool
    package let waitsForLock: Bool
    /// Whether it waits for something outside of its server, as an access node does for data nodes.
    package let waitsOutside: Bool
    /// Whether it waits for its client, which is what an active statement does too where rows are copied.
    package let waitsForClient: Bool
    package let holders: [LockHolder]

    package init(
        pid: Int, isActive: Bool = true, isOld: Bool = true, waitsForLock: Bool = false, waitsOutside: Bool = false,
        waitsForClient: Bool = false, isHidden: Bool = false, holders: [LockHolder] = []
    ) {
        self.isHidden = isHidden
        (self.pid, self.isActive, self.isOld) = (pid, isActive, isOld)
        (self.waitsForLock, self.waitsOutside, self.waitsForClient) = (waitsForLock, waitsOutside, waitsForClient)
        self.holders = holders
    }

    /// Whether it does something, or will by itself.
    package var works: Bool { isActive && !waitsForLock && !waitsForClient }

    /// - Parameter rows: of ``query(of:)`` or ``ofAccessNode(named:)``: one for each session and holder of its lock.
    package static func list(_ rows: [[String: String?]]) -> [SessionWait] {
        var waits: [SessionWait] = []
        for row in rows.map({ Row($0) }) {
            guard let pid = row.optionalInteger("pid") else { continue }
            var holders = [LockHolder(row: row)].compactMap(\.self)
            if let last = waits.last, last.pid == pid { holders = waits.removeLast().holders + holders }
            waits.append(
                SessionWait(
                    pid: pid, isActive: row["state"] == "active", isOld: row.flag("old"),
                    waitsForLock: row["wait"] == "Lock", waitsOutside: row["wait"] == "Extension",
                    waitsForClient: row["wait"] == "Client", isHidden: row["state"] == nil, holders: holders))
        }
        return waits
    }

    /// The sessions of some processes.
    package static func query(of processes: [Int]) -> SQL {
        let numbers = ArrayText.text(processes.map(String.init))
        return "\(raw: columns) WHERE a.pid = ANY (\(numbers, type: "int[]")) ORDER BY a.pid"
    }

    /// On a data node, the statements that an access node is known to run there, and the sessions of which that can't be seen.
    ///
    /// - Parameter name: what the node's server calls them; nil where it does not name them.
    package static func ofAccessNode(named name: String? = nil) -> SQL {
        let names = [AccessNodeSession.usualName] + (name.map { [$0] } ?? [])
        return """
            \(raw: columns) WHERE a.application_name = ANY (\(names, type: "text[]")) \
            AND a.datname = pg_catalog.current_database() AND COALESCE(a.state, 'active') = 'active' ORDER BY a.pid
            """
    }

    private static let columns: SQL = """
        SELECT a.pid, a.state, a.wait_event_type AS wait,
               LEAST(a.xact_start, a.query_start) < pg_catalog.clock_timestamp() - interval '5 seconds' AS old,
               h.pid AS holder, b.usename AS holder_role, b.state AS holder_state,
               extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::int AS holder_seconds
          FROM pg_catalog.pg_stat_activity a
               LEFT JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(a.pid)) h(pid) ON true
               LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = h.pid AND h.pid <> 0
        """
}
