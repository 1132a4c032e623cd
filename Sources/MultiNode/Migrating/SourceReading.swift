/// The statements by which a chunk is read on its data node: one snapshot, which nobody takes the rows away from.
package enum SourceReading {
    /// TRUNCATE, as the compression of a chunk ends with, takes rows from older snapshots too: so the tables are locked
    /// before the snapshot is there, which the first query takes.
    package static func begin(_ facts: SourceFacts) -> [SQL] {
        let tables = [facts.chunk, facts.compressed].compactMap { $0?.quoted }.joined(separator: ", ")
        return [
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL lock_timeout = '30s'",
            "LOCK TABLE \(raw: SQL(stringLiteral: tables)) IN ACCESS SHARE MODE",
        ]
    }

    /// For both sides, in a transaction: what the text of a value depends on.
    package static let texts: SQL = """
        SELECT pg_catalog.set_config('TimeZone', 'UTC', true), pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
               pg_catalog.set_config('IntervalStyle', 'postgres', true),
               pg_catalog.set_config('extra_float_digits', '3', true),
               pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true),
               pg_catalog.set_config('xmlbinary', 'base64', true),
               pg_catalog.set_config('quote_all_identifiers', 'off', true)
        """

    /// For both sides: what the text of a row depends on is the same. Chunks are copied side by side: workers within one would
    /// only be in the way of the others.
    package static let settings: SQL = """
        \(raw: texts),
               \(raw: AllRows.settings),
               pg_catalog.set_config('client_min_messages', 'warning', true),
               pg_catalog.set_config('statement_timeout', '0', true),
               pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true),
               pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
               pg_catalog.set_config('max_parallel_maintenance_workers', '0', true),
               pg_catalog.set_config('jit', 'off', true)
        """

    /// What names the text of a row has, and the conditions of a chunk.
    package static let path: SQL = "SET LOCAL search_path = pg_catalog"

    /// That of the role: a function of the user's, in a check or a generated column, may rely on it.
    package static let usualPath: SQL = "SET LOCAL search_path TO DEFAULT"

    /// The first transaction that the snapshot may not have seen, the identity of the database, where the server's log is, and
    /// when the server was started: one row.
    package static let snapshot: SQL = """
        SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) AS xmin, \(raw: identity) AS uuid,
               \(raw: timeline) AS timeline, pg_catalog.pg_current_wal_insert_lsn() AS place, \(raw: started) AS started
        """

    /// For a data node: whether its log is on disk up to a place: one value. What a crash took from it would leave transactions
    /// whose numbers are given again.
    package static func isKept(through place: String) -> SQL {
        "SELECT pg_catalog.pg_current_wal_flush_lsn() >= \(literal: place)::pg_catalog.pg_lsn AS is_kept"
    }

    /// For a data node, in a transaction of its own: has the log brought to disk, which nobody does on a server where little is
    /// written.
    package static let flush: SQL = """
        SELECT pg_catalog.set_config('synchronous_commit', 'on', false), pg_catalog.pg_logical_emit_message(true, 'tscl', '') AS place
        """

    static let timeline: SQL = """
        pg_catalog."left"(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8)
        """

    /// In microseconds since 1970.
    static let started: SQL = "(extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint"

    static let identity: SQL = "(SELECT m.value FROM _timescaledb_catalog.metadata m WHERE m.key = 'uuid')"

    /// The rows of a table.
    ///
    /// - Parameter isOnly: those that it has itself, and none that are compressed; as they are, they take a quarter less
    ///   than as those of a query.
    package static func copy(_ table: TableName, _ columns: [String], isOnly: Bool, as form: CopyForm) -> SQL {
        let rows: SQL =
            isOnly
            ? "\(qualified: table) (\(identifiers: columns))"
            : "(SELECT \(identifiers: columns) FROM \(qualified: table))"
        return "COPY \(raw: rows) TO STDOUT (\(raw: form.options))"
    }

    /// How many rows a compressed chunk has, without decompressing them where their number is told with each batch: one value.
    package static func count(_ facts: SourceFacts) -> SQL {
        guard let compressed = facts.compressed, facts.compressedColumns.contains(where: { $0.name == batchCount })
        else { return "SELECT pg_catalog.count(*) AS rows FROM \(qualified: facts.chunk)" }
        return """
            SELECT (SELECT pg_catalog.count(*) FROM ONLY \(qualified: facts.chunk))
                   + (SELECT COALESCE(pg_catalog.sum(\(identifier: batchCount)), 0)::bigint FROM ONLY \(qualified: compressed)) AS rows
            """
    }

    /// The column of compressed rows that has how many rows each of them is.
    static let batchCount = "_ts_meta_count"

    /// Whether a compressed chunk has rows besides: one value.
    package static func hasUncompressedRows(_ chunk: TableName) -> SQL {
        "SELECT EXISTS (SELECT FROM ONLY \(qualified: chunk)) AS found"
    }
}
