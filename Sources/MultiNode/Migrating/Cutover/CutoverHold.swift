/// The statements that keep everybody from writing to tables, until the transaction ends that they are in.
package enum CutoverHold {
    package enum Mode: Sendable {
        /// Readers go on. A transaction that has read the table and then writes to it waits for this one, and this one for
        /// it when the names are exchanged: a deadlock, which ends this one.
        case againstWriters
        case againstAll
    }

    /// - Parameters:
    ///   - waiting: how long the lock is waited for.
    ///   - limit: how long one statement may take, and how long the transaction may wait for tscl, so that nobody waits for a
    ///     client that is gone.
    package static func statements(
        _ tables: [TableName], _ mode: Mode, waiting: Duration, limit: Duration
    ) -> [SQL] {
        let kind: SQL = mode == .againstAll ? "ACCESS EXCLUSIVE" : "EXCLUSIVE"
        return [
            "SET LOCAL lock_timeout = \(literal: milliseconds(waiting))",
            "SET LOCAL statement_timeout = \(literal: milliseconds(limit))",
            "SET LOCAL idle_in_transaction_session_timeout = \(literal: milliseconds(limit))",
            """
            SELECT pg_catalog.set_config(name, '1s', true) FROM pg_catalog.pg_settings \
            WHERE name = 'client_connection_check_interval'
            """,
            DefinitionReading.local, "SET LOCAL client_min_messages = warning",
            // What is copied or compared behind the lock has to be all there is.
            AllRows.ofTransaction,
            // The nodes' parts are on disk when it is told that it is done.
            DurableCommit.ofTransaction,
            "LOCK TABLE \(raw: tables.map { "\(qualified: $0)" as SQL }.joined(separator: ", ")) IN \(raw: kind) MODE",
        ]
    }

    /// For the access node, in the transaction that holds a table: keeps those who connect to a data node itself, or use
    /// distributed_exec, from writing to it there, until that ends. What they have begun is waited for.
    ///
    /// - Parameter nodes: those that have the table.
    package static func holdingNodes(
        _ table: TableName, on nodes: [String], waiting: Duration, _ capabilities: Capabilities
    ) -> [SQL] {
        [
            "SET LOCAL lock_timeout = \(literal: milliseconds(waiting))",
            "LOCK TABLE ONLY \(qualified: table) IN EXCLUSIVE MODE",
        ].map { DistributedExec.call($0, on: nodes, capabilities) }
    }

    /// For the access node: the data nodes that have a hypertable: `name`.
    package static func nodes(of hypertable: Int) -> SQL {
        """
        SELECT node_name AS name FROM _timescaledb_catalog.hypertable_data_node
         WHERE hypertable_id = \(String(hypertable), type: "int") ORDER BY node_name
        """
    }

    /// For the access node, in a transaction: waits for whoever is about to take a table's name away, or was killed at the COMMIT
    /// of that, which goes on without him. Nobody waits for this.
    package static func behindRenaming(of table: TableName, waiting: Duration) -> [SQL] {
        [
            "SET LOCAL lock_timeout = \(literal: milliseconds(waiting))",
            "LOCK TABLE ONLY \(qualified: table) IN ACCESS SHARE MODE",
        ]
    }

    /// For the access node: whether who holds a table may be at the COMMIT of what has changed it: one value.
    package static func isEnding(of table: TableName) -> SQL {
        """
        SELECT EXISTS (
            SELECT FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
             WHERE l.relation = pg_catalog.to_regclass(\(literal: table.quoted)) AND l.granted
               AND l.mode = 'AccessExclusiveLock'
               AND (a.query ~* '^\\s*(commit|end)' OR a.query = '<insufficient privilege>'))
        """
    }

    /// For a transaction that changes tables which nobody should be at work in.
    static let limits: [SQL] = [
        "SET LOCAL lock_timeout = '10s'", "SET LOCAL search_path = pg_catalog",
        "SET LOCAL client_min_messages = warning",
    ]

    /// What is in doubt or about to be committed on a data node, which a lock on the access node does not wait for.
    package static let prepared: SQL = """
        SELECT gid FROM pg_catalog.pg_prepared_xacts
         WHERE database = pg_catalog.current_database() AND gid LIKE 'ts-%' ORDER BY prepared
        """

    /// Those that hold a table while it is to be locked: `pid`, `user`, `application`, `seconds`.
    package static func holders(of table: TableName) -> SQL {
        """
        SELECT DISTINCT a.pid, a.usename AS "user", a.application_name AS application,
               pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start))::int AS seconds
          FROM pg_catalog.pg_locks l
          JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         WHERE l.relation = pg_catalog.to_regclass(\(literal: table.quoted)) AND l.granted
           AND l.mode <> 'AccessShareLock' AND a.pid <> pg_catalog.pg_backend_pid()
         ORDER BY seconds DESC
        """
    }

    /// Whether what was refused may be done the next time: the lock was not to be had, or a deadlock was ended.
    package static func mayPass(_ sqlstate: String?) -> Bool { PassingRefusal.isOne(sqlstate) }

    /// Whether there is such a table: one value.
    package static func isThere(_ table: TableName) -> SQL {
        "SELECT pg_catalog.to_regclass(\(literal: table.quoted)) IS NOT NULL AS is_there"
    }

    /// The statements that wait for a table: `pid` and `began`.
    package static func waiting(for table: TableName) -> SQL {
        """
        SELECT a.pid, \(raw: .iso("a.query_start")) AS began
          FROM pg_catalog.pg_locks l
          JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         WHERE l.relation = pg_catalog.to_regclass(\(literal: table.quoted)) AND NOT l.granted
        """
    }

    /// Whether some of those statements are still at work: one value.
    package static func isAtWork(_ statements: [(pid: String, began: String)]) -> SQL {
        """
        SELECT EXISTS (
            SELECT FROM pg_catalog.pg_stat_activity a
              JOIN ROWS FROM (pg_catalog.unnest(\(statements.map(\.pid), type: "int[]")),
                              pg_catalog.unnest(\(statements.map(\.began), type: "timestamptz[]"))) w (pid, began)
                ON w.pid = a.pid AND w.began = a.query_start
             WHERE a.state = 'active')
        """
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}
