/// The lock of a name that a script takes: an advisory lock of the access node's database, which ends with its session.
package enum ScriptLock {
    /// The lock's number, of the whole of 64 bits: where it stands in `pg_locks` is told by its halves.
    private static func key(_ name: String) -> SQL {
        "('x' || pg_catalog.left(pg_catalog.md5(\(literal: "tscl lock \(name)")), 16))::bit(64)::bigint"
    }

    /// Whether the session has it now: one value. No limit of the role's ends the session from then on, which is idle as
    /// long as the block runs: `idle_session_timeout` is a setting of PostgreSQL 14 and later.
    package static func take(_ name: String) -> SQL {
        """
        SELECT pg_catalog.pg_try_advisory_lock(\(raw: key(name))) AS is_taken,
               (SELECT pg_catalog.set_config(s.name, '0', false) FROM pg_catalog.pg_settings s
                 WHERE s.name = 'idle_session_timeout') AS idle_session_timeout
        """
    }

    /// The session that holds it, in one row of `ScriptLockHolder`; none where it has just been let go.
    package static func holder(_ name: String) -> SQL {
        """
        SELECT l.pid, a.application_name, a.usename, COALESCE(pg_catalog.host(a.client_addr), '') AS client,
               pg_catalog.to_char(a.query_start, 'YYYY-MM-DD HH24:MI:SS') AS since
          FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                              WHERE d.datname = pg_catalog.current_database())
           AND (l.classid::bigint << 32 | l.objid::bigint) = \(raw: key(name))
        """
    }

    /// Sent before each statement within the block, and behind the last: what it answers does not matter, but that it
    /// does.
    package static let proof: SQL = "SELECT 1 AS is_held"
}

/// Who holds a script's lock.
package struct ScriptLockHolder: Sendable, Equatable {
    /// In a few words: whose it is, from where, and since when; what the role may not see is left out.
    package let text: String

    /// One that has let it go meanwhile.
    package static let former = ScriptLockHolder(text: "another session, a moment ago")

    private init(text: String) { self.text = text }

    package init(row: [String: String?]) {
        let row = Row(row)
        let application = row["application_name"].flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        let user = row["usename"].map { " of \($0)" } ?? ""
        let place = row["client"].map { $0.isEmpty ? " on the access node's machine" : " from \($0)" } ?? ""
        // Its session runs nothing but what takes the lock.
        let since = row["since"].map { ", since \($0)" } ?? ""
        text = "process \(row.integer("pid"))\(application)\(user)\(place)\(since)"
    }
}
