/// A continuous aggregate over a table, or over another one over it.
package struct DependentAggregate: Sendable, Equatable {
    package let name: TableName
    /// The table of its rows, and its number as a hypertable.
    package let rows: TableName
    package let rowsID: Int
    /// The query that it was made of, with every name qualified.
    let definition: String
    let isMaterializedOnly: Bool
    /// Nil where this version has one form only.
    let isFinalized: Bool?
    /// Nil where it may not be compressed.
    let compression: CompressionSettings?
    /// On the table of its rows, TimescaleDB's own too: by name, with what stands before and behind the table.
    let indexes: [(name: String, head: String, definition: String)]
    let owner: String
    let grants: [String]
    let comment: String?
    /// How wide a bucket is at most and at least, in the units of the dimension.
    let width: Int
    let leastWidth: Int
    /// The column of the buckets' starts and its type.
    let time: (column: String, type: String)
    /// Whether users see that column under its name.
    let showsTime: Bool

    package static func == (first: DependentAggregate, second: DependentAggregate) -> Bool {
        first.name == second.name && first.definition == second.definition
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        rows = TableName(schema: row["rows_schema"], name: row["rows_name"] ?? "")
        rowsID = row.integer("rows_id")
        definition = row["definition"] ?? ""
        isMaterializedOnly = row.flag("is_materialized_only")
        isFinalized = row["is_finalized"].map { $0 == "true" }
        compression =
            row.flag("is_compressed")
            ? CompressionSettings(segmentBy: row.array("segment_by"), orderBy: row.array("order_by")) : nil
        indexes = zip(row.array("index_names"), zip(row.array("index_heads"), row.array("index_definitions")))
            .map { (name: $0, head: $1.0, definition: $1.1) }
        owner = row["owner"] ?? ""
        grants = row.array("grants")
        comment = row["comment"]
        width = row.integer("width")
        leastWidth = row.integer("least_width")
        time = (row["time_column"] ?? "", row["time_type"] ?? "timestamp with time zone")
        showsTime = row.flag("shows_time")
    }

    /// The common table expression `tree`, for WITH RECURSIVE: those over a table, with how deep each is.
    static func tree(of table: TableName) -> SQL {
        """
        tree AS (
            SELECT a.mat_hypertable_id, a.user_view_schema, a.user_view_name, 1 AS depth
              FROM _timescaledb_catalog.continuous_agg a
              JOIN _timescaledb_catalog.hypertable h ON h.id = a.raw_hypertable_id
             WHERE (h.schema_name, h.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
             UNION ALL
            SELECT a.mat_hypertable_id, a.user_view_schema, a.user_view_name, t.depth + 1
              FROM tree t
              JOIN _timescaledb_catalog.continuous_agg a ON a.raw_hypertable_id = t.mat_hypertable_id)
        """
    }

    /// How wide a bucket of aggregate `a` is, in the units of the dimension.
    ///
    /// - Parameter factor: for a width that is not fixed, as that of a month, for which PostgreSQL takes 30 days: 0.9 for what is
    ///   less than any of them, 1.1 for more.
    static func width(_ factor: Double) -> SQL {
        """
        CASE WHEN (pg_catalog.to_jsonb(a) ->> 'bucket_width')::bigint > 0
                    THEN (pg_catalog.to_jsonb(a) ->> 'bucket_width')::bigint
                    ELSE (SELECT (\(raw: SQL(stringLiteral: String(factor))) * 1000000 * EXTRACT(epoch FROM (pg_catalog.to_jsonb(f) ->> 'bucket_width')::interval))::bigint
                            FROM _timescaledb_catalog.continuous_aggs_bucket_function f
                           WHERE f.mat_hypertable_id = a.mat_hypertable_id) END
        """
    }

    /// In the order in which they are made. The session's search path must be `pg_catalog`.
    package static func list(of table: TableName) -> SQL {
        """
        WITH RECURSIVE \(raw: tree(of: table))
        SELECT a.user_view_schema AS schema, a.user_view_name AS name, h.id AS rows_id,
               h.schema_name AS rows_schema, h.table_name AS rows_name, pg_catalog.pg_get_viewdef(v.oid) AS definition,
               a.materialized_only AS is_materialized_only,
               pg_catalog.to_jsonb(a) ->> 'finalized' AS is_finalized,
               h.compressed_hypertable_id IS NOT NULL AS is_compressed, z.segment_by, z.order_by,
               i.names AS index_names, i.heads AS index_heads, i.definitions AS index_definitions, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
               g.grants, pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
               \(raw: width(1.1)) AS width, \(raw: width(0.9)) AS least_width,
               d.column_name AS time_column, pg_catalog.format_type(d.column_type, NULL) AS time_type,
               EXISTS (SELECT FROM pg_catalog.pg_attribute x
                        WHERE x.attrelid = c.oid AND x.attname = d.column_name) AS shows_time
          FROM tree t
          JOIN _timescaledb_catalog.continuous_agg a ON a.mat_hypertable_id = t.mat_hypertable_id
          JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
          JOIN pg_catalog.pg_namespace n ON n.nspname = a.user_view_schema
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.user_view_name
          JOIN pg_catalog.pg_namespace vn ON vn.nspname = a.direct_view_schema
          JOIN pg_catalog.pg_class v ON v.relnamespace = vn.oid AND v.relname = a.direct_view_name
          JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
          LEFT JOIN (\(raw: CompressionSettings.byTable)) z
            ON z.hypertable_schema = h.schema_name AND z.hypertable_name = h.table_name
         CROSS JOIN LATERAL (\(raw: DependentView.grants)) g
         CROSS JOIN LATERAL (\(raw: indexes)) i
         ORDER BY t.depth, a.mat_hypertable_id
        """
    }

    /// Those of the table of the rows, `h`.
    private static let indexes: SQL = """
        SELECT pg_catalog.array_agg(x.relname::text ORDER BY x.oid) AS names,
               pg_catalog.array_agg(CASE WHEN k.indisunique THEN 'UNIQUE ' ELSE '' END ORDER BY x.oid) AS heads,
               pg_catalog.array_agg(pg_catalog.substr(d.text, pg_catalog.strpos(d.text, ' USING ')) ORDER BY x.oid)
                   AS definitions
          FROM pg_catalog.pg_index k
          JOIN pg_catalog.pg_class x ON x.oid = k.indexrelid
         CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_indexdef(x.oid) AS text) d
         WHERE k.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
        """

    // MARK: Remaking

    /// The indexes that users have named: the others are named after the table of the rows.
    private var named: [String] { indexes.map(\.name).filter { !$0.hasPrefix(rows.name) } }

    private func rename(index: String, to new: String) -> SQL {
        "ALTER INDEX \(qualified: TableName(schema: rows.schema, name: index)) RENAME TO \(identifier: new)"
    }

    /// Takes it out of the way, with its indexes.
    func setAside(as mark: (String) -> String) -> [SQL] {
        ["ALTER MATERIALIZED VIEW \(qualified: name) RENAME TO \(identifier: mark(name.name))"]
            + named.map { rename(index: $0, to: mark($0)) }
    }

    /// Gives it its name back.
    func bringBack(from mark: (String) -> String) -> [SQL] {
        let aside = TableName(schema: name.schema, name: mark(name.name))
        return ["ALTER MATERIALIZED VIEW \(qualified: aside) RENAME TO \(identifier: name.name)"]
            + named.map { rename(index: mark($0), to: $0) }
    }

    func drop(_ marked: String) -> SQL {
        "DROP MATERIALIZED VIEW \(qualified: TableName(schema: name.schema, name: marked))"
    }

    /// Makes it again under its name, with the rows that it has: history that the table has no rows of any more is there.
    ///
    /// - Parameter table: the one that has the name then.
    func remaking(over table: TableName, _ capabilities: Capabilities) -> [SQL] {
        [making, filling(over: table, capabilities)] + dressing
    }

    /// Makes it, without rows.
    package var making: SQL {
        var options = [
            "timescaledb.continuous", "timescaledb.materialized_only = \(isMaterializedOnly)",
        ]
        if isFinalized == false { options.append("timescaledb.finalized = false") }
        let with = SQL(stringLiteral: options.joined(separator: ", "))
        var query = definition[...]
        while let last = query.last, last == ";" || last.isWhitespace { query.removeLast() }
        return """
            CREATE MATERIALIZED VIEW \(qualified: name) WITH (\(raw: with)) AS \(raw: SQL.fromCatalog(String(query))) \
            WITH NO DATA
            """
    }

    /// What it gets once it has its rows.
    package var dressing: [SQL] {
        var statements: [SQL] = indexing.map { [$0] } ?? []
        if let compression {
            statements.append(
                "ALTER MATERIALIZED VIEW \(qualified: name) SET (\(raw: SQL(stringLiteral: compression.options)))")
        }
        statements.append("ALTER MATERIALIZED VIEW \(qualified: name) OWNER TO \(identifier: owner)")
        statements += grants.map { SQL.fromCatalog($0) }
        if let comment { statements.append("COMMENT ON VIEW \(qualified: name) IS \(literal: comment)") }
        return statements
    }

    /// The indexes that it does not have by itself, and all that users have named.
    private var indexing: SQL? {
        if indexes.isEmpty { return nil }
        let wanted = indexes.map { index -> SQL in
            let own = named.contains(index.name) ? index.name : ""
            return "(\(literal: own), \(literal: index.head), \(literal: index.definition))"
        }.joined(separator: ", ")
        let body: SQL = """
            DECLARE
              made pg_catalog.regclass := (\(raw: made));
              x pg_catalog.record;
            BEGIN
              FOR x IN
                SELECT w.* FROM (VALUES \(raw: wanted)) AS w (name, head, definition)
                 WHERE w.name <> ''
                    OR NOT EXISTS (SELECT FROM pg_catalog.pg_index k
                                    CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_indexdef(k.indexrelid) AS text) d
                                    WHERE k.indrelid = made AND k.indisunique = (w.head <> '')
                                      AND pg_catalog.substr(d.text, pg_catalog.strpos(d.text, ' USING ')) = w.definition)
              LOOP
                EXECUTE pg_catalog.format('CREATE %sINDEX %s ON %s%s', x.head,
                                          CASE WHEN x.name <> '' THEN pg_catalog.quote_ident(x.name) ELSE '' END, made,
                                          x.definition);
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// The table of the rows of the one that has the name now: one value.
    var made: SQL {
        """
        SELECT pg_catalog.format('%I.%I', h.schema_name, h.table_name)::pg_catalog.regclass
          FROM _timescaledb_catalog.continuous_agg a
          JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
         WHERE a.user_view_schema = \(literal: name.schema ?? "public") AND a.user_view_name = \(literal: name.name)
        """
    }

    /// The materialized rows, as they are, which are read again and compared.
    private func filling(over table: TableName, _ capabilities: Capabilities) -> SQL {
        let compared: SQL = """
            SELECT n.rows = o.rows AND n.hash IS NOT DISTINCT FROM o.hash
              FROM (SELECT \(raw: RowHash.ofTexts("%1$s")) FROM %2$s) n, (SELECT \(raw: RowHash.ofTexts("%1$s")) FROM %3$s) o
            """
        let body: SQL = """
            DECLARE
              rows_name pg_catalog.regclass := (\(raw: made));
              columns pg_catalog.text;
              is_same pg_catalog.bool;
            BEGIN
              SELECT pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' ORDER BY attnum) INTO columns
                FROM pg_catalog.pg_attribute
               WHERE attrelid = rows_name AND attnum > 0 AND NOT attisdropped;
              EXECUTE pg_catalog.format('INSERT INTO %s (%s) SELECT %s FROM %s', rows_name, columns, columns,
                                        \(literal: rows.quoted));
              EXECUTE pg_catalog.format(\(literal: compared.text), columns, rows_name, \(literal: rows.quoted)) INTO is_same;
              IF NOT is_same THEN
                RAISE EXCEPTION USING MESSAGE = \(literal: Self.difference(of: name));
              END IF;
              \(raw: keepingHistory(in: rows, over: table, seen: watermark(capabilities), capabilities));
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// What is told where the rows of a new one are not those that were put there.
    package static func difference(of name: TableName) -> String {
        "the rows of the new continuous aggregate \(name.shownName) are not those of the old one"
    }

    /// Where the first chunk of a table begins: one value. Those that are dropped are known still, where there are aggregates.
    package static func start(of table: TableName) -> SQL {
        """
        SELECT pg_catalog.min(s.range_start)
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
          JOIN _timescaledb_catalog.dimension_slice s ON s.dimension_id = d.id
          JOIN _timescaledb_catalog.chunk_constraint k ON k.dimension_slice_id = s.id
          JOIN _timescaledb_catalog.chunk c ON c.id = k.chunk_id AND \(raw: TargetChunk.isThere("c"))
         WHERE (h.schema_name, h.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name))
        """
    }

    // MARK: On another server

    /// Keeps the rows from being changed until the transaction ends, by a refresh or by what drops old ones.
    package static func keep(_ aggregates: [DependentAggregate]) -> SQL {
        "LOCK TABLE \(raw: aggregates.map { "\(qualified: $0.rows)" as SQL }.joined(separator: ", ")) IN SHARE MODE"
    }

    /// How many tables the session keeps so: one value.
    package static let kept: SQL = """
        SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks l JOIN _timescaledb_catalog.continuous_agg a ON true
          JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
         WHERE l.pid = pg_catalog.pg_backend_pid() AND l.mode = 'ShareLock' AND l.granted
           AND l.relation = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
        """

    /// Whether its rows are the aggregates' values. In the old form they are parts of them, which only the version that
    /// has made them knows.
    package var hasValues: Bool { isFinalized != false }

    /// For the server that has the rows: the columns of their table, `name`.
    package var columns: SQL {
        """
        SELECT attname AS name FROM pg_catalog.pg_attribute
         WHERE attrelid = pg_catalog.to_regclass(\(literal: rows.quoted)) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """
    }

    package func copyOut(_ columns: [String], as form: CopyForm) -> SQL {
        "COPY (SELECT \(identifiers: columns) FROM \(qualified: rows)) TO STDOUT (\(raw: form.options))"
    }

    /// For the other server, where it was made: `schema` and `name` of the table of its rows.
    package var rowsThere: SQL { AggregateBuckets.rows(of: name) }

    package static func copyIn(_ rows: TableName, _ columns: [String], as form: CopyForm) -> SQL {
        "COPY \(qualified: rows) (\(identifiers: columns)) FROM STDIN (\(raw: form.options))"
    }
}
