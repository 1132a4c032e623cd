/// A transaction of a session that has written something, for whose end a copy of a chunk waits: its replication slot
/// begins behind everything that was open when it was made, in whichever database of the server.
package struct OpenWriter: Sendable, Equatable {
    package let pid: Int
    /// How long it has been open, in seconds; nil where the role may not see it.
    package let seconds: Int?
    /// When it began, as PostgreSQL writes times; nil where the role may not see it.
    package let since: String?
    package let database: String
    package let application: String
    package let user: String
    /// Whether it runs no statement now.
    package let isIdle: Bool

    package init(
        pid: Int, seconds: Int?, since: String? = nil, database: String, application: String = "", user: String,
        isIdle: Bool = false
    ) {
        (self.pid, self.seconds, self.since, self.isIdle) = (pid, seconds, since, isIdle)
        (self.database, self.application, self.user) = (database, application, user)
    }

    /// In a few words: whose it is, and since when.
    package var text: String {
        let name = application.isEmpty ? "" : " (\(application))"
        let age = since.map { ", open since \($0)" } ?? ""
        return "a transaction of \(user)\(name) in \(database), process \(pid)\(age)"
    }

    /// For a list of SELECT, from ``source`` as `w`.
    static let columns: SQL = """
        w.pids AS writer_pids, w.ages AS writer_ages, w.begins AS writer_begins, w.databases AS writer_databases,
               w.applications AS writer_applications, w.users AS writer_users, w.states AS writer_states
        """

    /// The 20 oldest, in one row; those of the asking session itself are left out.
    static let source: SQL = """
        SELECT pg_catalog.array_agg(o.pid ORDER BY o.xact_start) AS pids,
               pg_catalog.array_agg(COALESCE(extract(epoch FROM pg_catalog.clock_timestamp() - o.xact_start)::int, -1)
                                    ORDER BY o.xact_start) AS ages,
               pg_catalog.array_agg(COALESCE(pg_catalog.to_char(o.xact_start, 'YYYY-MM-DD HH24:MI:SS'), '')
                                    ORDER BY o.xact_start) AS begins,
               pg_catalog.array_agg(COALESCE(o.datname::text, '') ORDER BY o.xact_start) AS databases,
               pg_catalog.array_agg(COALESCE(o.application_name, '') ORDER BY o.xact_start) AS applications,
               pg_catalog.array_agg(COALESCE(o.usename::text, '') ORDER BY o.xact_start) AS users,
               pg_catalog.array_agg(COALESCE(o.state, '') ORDER BY o.xact_start) AS states
          FROM (SELECT a.pid, a.xact_start, a.datname, a.application_name, a.usename, a.state
                  FROM pg_catalog.pg_stat_activity a
                 WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
                 ORDER BY a.xact_start LIMIT 20) o
        """

    /// - Parameter row: with ``columns``.
    static func list(_ row: Row) -> [OpenWriter] {
        let (ages, begins, databases) = (
            row.array("writer_ages"), row.array("writer_begins"), row.array("writer_databases")
        )
        let (applications, users, states) = (
            row.array("writer_applications"), row.array("writer_users"), row.array("writer_states")
        )
        return row.array("writer_pids").enumerated().compactMap { index, pid in
            guard let pid = Int(pid), users.indices.contains(index), states.indices.contains(index) else { return nil }
            return OpenWriter(
                pid: pid, seconds: Int(ages[index]).flatMap { $0 < 0 ? nil : $0 },
                since: begins[index].isEmpty ? nil : begins[index], database: databases[index],
                application: applications[index], user: users[index], isIdle: states[index].hasPrefix("idle"))
        }
    }
}

/// A prepared transaction, for whose end a copy of a chunk waits, too, and which ends by nothing but COMMIT PREPARED or
/// ROLLBACK PREPARED.
package struct PreparedWriter: Sendable, Equatable {
    package let gid: String
    package let seconds: Int
    package let database: String

    package init(gid: String, seconds: Int, database: String) {
        (self.gid, self.seconds, self.database) = (gid, seconds, database)
    }

    /// Whether it is a part of a distributed transaction, which healing ends.
    package var isDistributed: Bool {
        if case .distributed = TransactionID.parse(gid) { true } else { false }
    }

    /// Whether healing a data node ends it, where the access node has decided about it. One that is younger is likely to be
    /// over soon.
    func isDoubt(on node: DataNode) -> Bool {
        isDistributed && database == node.database && seconds >= Self.old && !isOfAnother(than: node)
    }

    /// Whether it is none of the access node's: then no healing but one that is asked for ends it.
    func isOfAnother(than node: DataNode) -> Bool {
        guard database == node.database, case .distributed(let id) = TransactionID.parse(gid) else { return false }
        return id.isOfAnotherServer(than: node)
    }

    /// How old it is, in seconds, when it is looked whether it is in doubt.
    private static let old = 2

    /// What ends it.
    ///
    /// - Parameter node: the data node on whose server it is.
    package func remedy(on node: DataNode) -> String {
        guard isDistributed else {
            return "who made it ends it, in \(database): COMMIT PREPARED \(Quoting.literal(gid)) or ROLLBACK PREPARED"
        }
        if isOfAnother(than: node) { return InDoubtTransaction.endingOfAnother(gid, on: node.name) }
        return database == node.database
            ? "heal \(Quoting.word(node.name))"
            : "'heal', connected to the access node whose data node \(database) is, ends it"
    }

    /// For a list of SELECT, from ``source`` as `p`.
    static let columns: SQL =
        "p.gids AS prepared_gids, p.ages AS prepared_ages, p.databases AS prepared_databases"

    /// For a data node: all that its server has, one column `gid`.
    package static let gids: SQL = "SELECT gid FROM pg_catalog.pg_prepared_xacts"

    /// Whether a data node has some that may be in doubt.
    ///
    /// - Parameter rows: of ``old``, as the node has answered.
    package static func areDoubts(_ rows: [[String: String?]], on node: DataNode) -> Bool {
        rows.first.map { list(Row($0)).contains { $0.isDoubt(on: node) } } ?? false
    }

    /// For a data node: the oldest in one row.
    package static let oldest: SQL = "SELECT \(raw: columns) FROM (\(raw: source)) p"

    /// The 20 oldest, in one row.
    static let source: SQL = """
        SELECT pg_catalog.array_agg(o.gid ORDER BY o.prepared) AS gids,
               pg_catalog.array_agg(extract(epoch FROM pg_catalog.clock_timestamp() - o.prepared)::int
                                    ORDER BY o.prepared) AS ages,
               pg_catalog.array_agg(o.database::text ORDER BY o.prepared) AS databases
          FROM (SELECT x.gid, x.prepared, x.database FROM pg_catalog.pg_prepared_xacts x
                 ORDER BY x.prepared LIMIT 20) o
        """

    /// - Parameter row: with ``columns``.
    static func list(_ row: Row) -> [PreparedWriter] {
        let (ages, databases) = (row.array("prepared_ages"), row.array("prepared_databases"))
        return zip(row.array("prepared_gids"), zip(ages, databases)).map { gid, more in
            PreparedWriter(gid: gid, seconds: Int(more.0) ?? 0, database: more.1)
        }
    }
}
