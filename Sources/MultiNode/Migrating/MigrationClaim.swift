/// That one session at a time cuts a table over, takes that back, or ends it: an advisory lock of the access node, gone with
/// the session.
package enum MigrationClaim {
    /// `tscn`, beside those of chunks and tables that are moved.
    private static let migrations = 0x7473_636E

    /// The same for what is of the whole cluster: a migration's beginning, and all of the promotion of a node.
    package static let takeCluster: SQL =
        "SELECT pg_catalog.pg_try_advisory_lock(\(literal: migrations), 0) AS is_taken"
    package static let releaseCluster: SQL =
        "SELECT pg_catalog.pg_advisory_unlock(\(literal: migrations), 0) AS was_taken"

    /// For a data node: the same there, which waits. A session that was killed at its COMMIT has it until that has ended.
    ///
    /// - Parameter limit: how long it may wait; then it fails with `55P03`.
    package static func takeNode(waiting limit: Duration) -> [SQL] {
        [
            "SELECT pg_catalog.set_config('lock_timeout', \(literal: "\(Int(limit / .milliseconds(1)))ms"), false)",
            "SELECT pg_catalog.pg_advisory_lock(\(literal: migrations), 0)",
        ]
    }

    /// For a data node: who has it: `pid`.
    package static let nodeHolder: SQL = """
        SELECT pid FROM pg_catalog.pg_locks
         WHERE locktype = 'advisory' AND classid = \(literal: migrations) AND objid = 0 AND granted
           AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """

    /// For those who begin migrations: what those are recorded in is not dropped meanwhile. One value, whether the session has
    /// it now.
    package static let takeBeginning: SQL =
        "SELECT pg_catalog.pg_try_advisory_lock_shared(\(literal: migrations), -1) AS is_taken"
    package static let releaseBeginning: SQL =
        "SELECT pg_catalog.pg_advisory_unlock_shared(\(literal: migrations), -1) AS was_taken"

    /// For those who drop that: likewise, as long as nobody begins one.
    package static let takeEnding: SQL =
        "SELECT pg_catalog.pg_try_advisory_lock(\(literal: migrations), -1) AS is_taken"
    package static let releaseEnding: SQL =
        "SELECT pg_catalog.pg_advisory_unlock(\(literal: migrations), -1) AS was_taken"

    /// Whether the session has it now: one value.
    package static func take(_ migration: Migration) -> SQL { take(migration.sourceID) }

    /// - Parameter sourceID: the number of the distributed hypertable in the access node's catalog.
    package static func take(_ sourceID: Int) -> SQL {
        "SELECT pg_catalog.pg_try_advisory_lock(\(literal: migrations), \(literal: sourceID)) AS is_taken"
    }

    package static func release(_ migration: Migration) -> SQL {
        "SELECT pg_catalog.pg_advisory_unlock(\(literal: migrations), \(literal: migration.sourceID)) AS was_taken"
    }
}
