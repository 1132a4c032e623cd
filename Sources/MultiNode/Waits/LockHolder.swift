/// Who holds a lock that a session waits for.
package struct LockHolder: Sendable, Equatable {
    /// The process of the session; 0 for a transaction that is prepared, and so has none.
    package let pid: Int
    package let role: String?
    /// What it does, such as `idle in transaction`; nil where this role may not see it.
    package let state: String?
    /// How long its transaction has lasted, in seconds.
    package let seconds: Int?

    package init(pid: Int, role: String? = nil, state: String? = nil, seconds: Int? = nil) {
        (self.pid, self.role, self.state, self.seconds) = (pid, role, state, seconds)
    }

    package init?(row: [String: String?]) { self.init(row: Row(row)) }

    init?(row: Row) {
        guard let pid = row.optionalInteger("holder") else { return nil }
        self.init(
            pid: pid, role: row["holder_role"], state: row["holder_state"],
            seconds: row.optionalInteger("holder_seconds"))
    }

    /// Who holds locks on tables, the asking session left out; a prepared transaction has no process. An autovacuum gives way to
    /// whoever waits for it, but one that prevents wraparound (PostgreSQL manual, "Routine Vacuuming").
    ///
    /// - Parameter onlyWriters: whether those that only read are left out.
    package static func query(of tables: [TableName], onlyWriters: Bool = false) -> SQL {
        let wanted = tables.map { "pg_catalog.to_regclass(\(literal: $0.quoted))" as SQL }.joined(separator: ", ")
        return """
            SELECT DISTINCT COALESCE(l.pid, 0) AS holder, b.usename AS holder_role, b.state AS holder_state,
                   extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::int AS holder_seconds
              FROM pg_catalog.pg_locks l
              LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = l.pid
             WHERE l.locktype = 'relation' AND l.relation IN (\(raw: wanted)) AND l.granted
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                  WHERE d.datname = pg_catalog.current_database())
               AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
               AND (b.backend_type IS DISTINCT FROM 'autovacuum worker' OR b.query LIKE '%(to prevent wraparound)%')\
            \(raw: onlyWriters ? besidesReaders : "")
            """
    }

    private static let besidesReaders: SQL =
        " AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareLock')"

    /// For a data node: who may have written to hypertables or their chunks, compressed ones too, in a transaction that has not
    /// ended.
    package static func writers(to tables: [TableName]) -> SQL {
        let wanted = tables.map { "(\(literal: $0.schema ?? "public"), \(literal: $0.name))" as SQL }
            .joined(separator: ", ")
        return """
            SELECT DISTINCT COALESCE(l.pid, 0) AS holder, b.usename AS holder_role, b.state AS holder_state,
                   extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::int AS holder_seconds
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_class c ON c.oid = l.relation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN _timescaledb_catalog.chunk k ON k.schema_name = n.nspname AND k.table_name = c.relname
              LEFT JOIN _timescaledb_catalog.chunk u ON u.compressed_chunk_id = k.id
              LEFT JOIN _timescaledb_catalog.hypertable h ON h.id = COALESCE(u.hypertable_id, k.hypertable_id)
              LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = l.pid
             WHERE l.locktype = 'relation' AND l.granted
               AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                  WHERE d.datname = pg_catalog.current_database())
               AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
               AND ((n.nspname, c.relname) IN (\(raw: wanted)) OR (h.schema_name, h.table_name) IN (\(raw: wanted)))
             ORDER BY holder_seconds DESC NULLS LAST
            """
    }

    /// Whether it does nothing towards its end by itself.
    package var isIdle: Bool { pid == 0 || state?.hasPrefix("idle") == true }

    /// In a few words.
    package var text: String {
        guard pid != 0 else { return "a transaction in doubt" }
        let age = seconds.map { " for \($0) s" } ?? ""
        let more = [role, state.map { $0 + age }].compactMap(\.self).joined(separator: ", ")
        return "process \(pid)\(more.isEmpty ? "" : " (\(more))")"
    }
}
