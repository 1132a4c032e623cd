/// `wal_retrieve_retry_interval` of a data node that gets copies of chunks: it starts workers for them once in that time, 5
/// seconds by default, which is ten times what the copy of a small chunk takes. It is lowered as long as chunks are moved
/// there, and put back afterwards.
///
/// What there was before stands in a mark, a setting of the database that PostgreSQL does not know, which is made before
/// the change and removed behind its end. Whoever moves chunks there holds a lock as long, which goes with its session: a
/// mark to which nobody holds the lock was left by a tscl that was killed. The interval is the server's, and so marks are
/// looked for in all of its databases; what one tells is put back from that database, where the locks are.
package struct RetryInterval: Sendable, Equatable {
    package static let name = "wal_retrieve_retry_interval"
    /// The value that it gets.
    static let fast = "100ms"
    /// The setting that is the mark.
    static let mark = "tscl.\(name)"
    /// A value that is no longer, in milliseconds, is left as it is.
    static let quick = 1000

    /// In milliseconds, as the session has it.
    let milliseconds: Int
    /// Whether it is given where the server was started, which counts more than any file.
    let isOfCommandLine: Bool
    /// Whether the session has it from the file that ALTER SYSTEM writes.
    let isOfSystem: Bool
    /// What ALTER SYSTEM has set, in its words; nil if nothing.
    let system: String?
    /// What ALTER SYSTEM had set before it was lowered: empty if nothing; nil if there is no mark.
    let marked: String?
    package let database: String

    /// - Parameter row: of ``query``.
    package init(row: [String: String?]) {
        let row = Row(row)
        milliseconds = row.integer("milliseconds")
        isOfCommandLine = row["source"] == "command line"
        isOfSystem = row["file"]?.hasSuffix(Self.file) ?? false
        system = row["system"]
        marked = row["marked"]
        database = row["database"] ?? ""
    }

    private static let file = "postgresql.auto.conf"

    /// For a data node, as a superuser; one row.
    package static let query: SQL = """
        SELECT s.setting AS milliseconds, s.source, s.sourcefile AS file, pg_catalog.current_database() AS database,
               (SELECT f.setting FROM pg_catalog.pg_file_settings f
                 WHERE f.name = s.name AND f.sourcefile LIKE \(literal: "%/" + file)
                 ORDER BY f.seqno DESC LIMIT 1) AS system,
               \(raw: markValue) AS marked
          FROM pg_catalog.pg_settings s
         WHERE s.name = \(literal: name)
        """

    // MARK: What is to be done

    package enum Beginning: Sendable, Equatable {
        /// It is short as it is.
        case leave
        /// Another tscl has lowered it, or one that was killed; it is put back with one's own.
        case share
        case lower([SQL])
        /// Nothing that tscl may do has an effect.
        case fixed
    }

    /// How it is lowered. A mark that is there already is made anew, unless what it tells of is still so.
    package var beginning: Beginning {
        if system == Self.fast { return marked == nil ? .leave : .share }
        if isOfCommandLine { return milliseconds > Self.quick ? .fixed : .leave }
        // Where ALTER SYSTEM has nothing any more, a session has not heard of it yet.
        let isStale = isOfSystem && system == nil
        if marked == nil, milliseconds <= Self.quick, !isStale { return .leave }
        return .lower([
            "SET synchronous_commit = local",
            "ALTER DATABASE \(identifier: database) SET \(raw: Self.markName) = \(literal: system ?? "")",
            "ALTER SYSTEM SET \(raw: SQL(stringLiteral: Self.name)) = \(literal: Self.fast)",
            Self.reload,
        ])
    }

    /// How it is put back. What somebody has set meanwhile stays.
    package var end: [SQL] {
        guard let marked else { return [] }
        let name = SQL(stringLiteral: Self.name)
        let back: SQL =
            marked.isEmpty ? "ALTER SYSTEM RESET \(raw: name)" : "ALTER SYSTEM SET \(raw: name) = \(literal: marked)"
        // Whoever has put it back before may have been killed before the server was told.
        return ["SET synchronous_commit = local"] + (system == Self.fast ? [back] : [])
            + [Self.reload, "ALTER DATABASE \(identifier: database) RESET \(raw: Self.markName)"]
    }

    private static let markName = SQL(stringLiteral: mark)
    private static let reload: SQL = "SELECT pg_catalog.pg_reload_conf()"

    /// For a data node: the databases of its server whose marks were left behind; one column `database`.
    package static let left: SQL = """
        SELECT b.datname AS database
          FROM pg_catalog.pg_db_role_setting d
          JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase
         CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) c (setting)
         WHERE d.setrole = 0 AND pg_catalog.starts_with(c.setting, \(literal: mark + "="))
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l
                            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = b.oid
                              AND (l.classid::bigint << 32) | l.objid::bigint = \(literal: presence))
         ORDER BY 1
        """

    // MARK: The locks

    /// Held for as long as chunks are moved there, by each tscl.
    private static let presence = 8_319_675_104_231_906
    /// Held for as long as something is looked at and changed.
    private static let door = 8_319_675_104_231_907

    /// The session is not to be ended while it waits for the end of the moves.
    package static let persist: SQL = """
        SELECT pg_catalog.set_config(s.name, '0', false) FROM pg_catalog.pg_settings s
         WHERE s.name IN ('idle_session_timeout', 'statement_timeout', 'lock_timeout')
        """
    package static let lockDoor: SQL = "SELECT pg_catalog.pg_advisory_lock(\(literal: door)) IS NULL"
    package static let unlockDoor: SQL = "SELECT pg_catalog.pg_advisory_unlock(\(literal: door))"
    package static let arrive: SQL = "SELECT pg_catalog.pg_advisory_lock_shared(\(literal: presence)) IS NULL"
    package static let leave: SQL = "SELECT pg_catalog.pg_advisory_unlock_shared(\(literal: presence))"
    /// One value: whether nobody else moves chunks there.
    package static let isLast: SQL = "SELECT pg_catalog.pg_try_advisory_lock(\(literal: presence))"

    /// An expression: what the mark of the current database says; NULL where there is none.
    private static let markValue: SQL = """
        (SELECT pg_catalog.substr(c.setting, \(literal: mark.utf8.count + 2))
                  FROM pg_catalog.pg_db_role_setting d
                  JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase AND b.datname = pg_catalog.current_database()
                 CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) c (setting)
                 WHERE d.setrole = 0 AND pg_catalog.starts_with(c.setting, \(literal: mark + "=")))
        """
}
