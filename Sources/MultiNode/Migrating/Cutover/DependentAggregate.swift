/// A continuous aggregate over a table, or over another one over it.
package struct DependentAggregate: Sendable, Equatable {
    package let name: TableName
    /// The table of its rows.
    let rows: TableName
    /// The query that it was made of, with every name qualified.
    let definition: String
    let isMaterializedOnly: Bool
    /// Nil where this version has one form only.
    let isFinalized: Bool?
    let isCompressed: Bool
    let owner: String
    let grants: [String]
    let comment: String?
    /// How wide a bucket is at most, in the units of the dimension.
    let width: Int
    /// The column of the buckets' starts and its type, and a bucket's width as SQL adds it.
    let time: (column: String, type: String, step: String)

    package static func == (first: DependentAggregate, second: DependentAggregate) -> Bool {
        first.name == second.name && first.definition == second.definition
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        rows = TableName(schema: row["rows_schema"], name: row["rows_name"] ?? "")
        definition = row["definition"] ?? ""
        isMaterializedOnly = row.flag("is_materialized_only")
        isFinalized = row["is_finalized"].map { $0 == "true" }
        isCompressed = row.flag("is_compressed")
        owner = row["owner"] ?? ""
        grants = row.array("grants")
        comment = row["comment"]
        width = row.integer("width")
        time = (row["time_column"] ?? "", row["time_type"] ?? "timestamp with time zone", row["step"] ?? "")
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

    /// In the order in which they are made. The session's search path must be `pg_catalog`.
    package static func list(of table: TableName) -> SQL {
        """
        WITH RECURSIVE \(raw: tree(of: table))
        SELECT a.user_view_schema AS schema, a.user_view_name AS name, h.schema_name AS rows_schema,
               h.table_name AS rows_name, pg_catalog.pg_get_viewdef(v.oid) AS definition,
               a.materialized_only AS is_materialized_only,
               pg_catalog.to_jsonb(a) ->> 'finalized' AS is_finalized,
               h.compressed_hypertable_id IS NOT NULL AS is_compressed, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
               g.grants, pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
               CASE WHEN (pg_catalog.to_jsonb(a) ->> 'bucket_width')::bigint > 0
                    THEN (pg_catalog.to_jsonb(a) ->> 'bucket_width')::bigint
                    ELSE (SELECT (1.1 * 1000000 * EXTRACT(epoch FROM (pg_catalog.to_jsonb(f) ->> 'bucket_width')::interval))::bigint
                            FROM _timescaledb_catalog.continuous_aggs_bucket_function f
                           WHERE f.mat_hypertable_id = a.mat_hypertable_id) END AS width,
               d.column_name AS time_column, pg_catalog.format_type(d.column_type, NULL) AS time_type,
               CASE WHEN d.column_type IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype,
                                           'int8'::pg_catalog.regtype)
                    THEN pg_catalog.to_jsonb(a) ->> 'bucket_width'
                    ELSE pg_catalog.format('%L::interval', COALESCE(
                             (SELECT pg_catalog.to_jsonb(f) ->> 'bucket_width'
                                FROM _timescaledb_catalog.continuous_aggs_bucket_function f
                               WHERE f.mat_hypertable_id = a.mat_hypertable_id),
                             pg_catalog.concat(pg_catalog.to_jsonb(a) ->> 'bucket_width', ' microseconds'))) END AS step
          FROM tree t
          JOIN _timescaledb_catalog.continuous_agg a ON a.mat_hypertable_id = t.mat_hypertable_id
          JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
          JOIN pg_catalog.pg_namespace n ON n.nspname = a.user_view_schema
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.user_view_name
          JOIN pg_catalog.pg_namespace vn ON vn.nspname = a.direct_view_schema
          JOIN pg_catalog.pg_class v ON v.relnamespace = vn.oid AND v.relname = a.direct_view_name
          JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
         CROSS JOIN LATERAL (\(raw: DependentView.grants)) g
         ORDER BY t.depth, a.mat_hypertable_id
        """
    }

    // MARK: Remaking

    func rename(to new: String) -> SQL { "ALTER MATERIALIZED VIEW \(qualified: name) RENAME TO \(identifier: new)" }

    func bringBack(from marked: String) -> SQL {
        let aside = TableName(schema: name.schema, name: marked)
        return "ALTER MATERIALIZED VIEW \(qualified: aside) RENAME TO \(identifier: name.name)"
    }

    func drop(_ marked: String) -> SQL {
        "DROP MATERIALIZED VIEW \(qualified: TableName(schema: name.schema, name: marked))"
    }

    /// Makes it again under its name, with the rows that it has: history that the table has no rows of any more is there.
    ///
    /// - Parameter table: the one that has the name then.
    func remaking(over table: TableName) -> [SQL] {
        var options = [
            "timescaledb.continuous", "timescaledb.materialized_only = \(isMaterializedOnly)",
        ]
        if isFinalized == false { options.append("timescaledb.finalized = false") }
        let with = SQL(stringLiteral: options.joined(separator: ", "))
        var query = definition[...]
        while let last = query.last, last == ";" || last.isWhitespace { query.removeLast() }
        var statements: [SQL] = [
            """
            CREATE MATERIALIZED VIEW \(qualified: name) WITH (\(raw: with)) AS \(raw: SQL.fromCatalog(String(query))) \
            WITH NO DATA
            """,
            filling(over: table),
        ]
        if isCompressed {
            statements.append("ALTER MATERIALIZED VIEW \(qualified: name) SET (timescaledb.compress = true)")
        }
        statements.append("ALTER MATERIALIZED VIEW \(qualified: name) OWNER TO \(identifier: owner)")
        statements += grants.map { SQL.fromCatalog($0) }
        if let comment { statements.append("COMMENT ON VIEW \(qualified: name) IS \(literal: comment)") }
        return statements
    }

    /// The materialized rows, as they are. All of a new aggregate counts as changed, so that a refresh would delete what
    /// the table has no rows of any more; so what is before the first whole bucket of the table is marked unchanged.
    private func filling(over table: TableName) -> SQL {
        let body: SQL = """
            DECLARE
              made pg_catalog.int4;
              rows_name pg_catalog.text;
              columns pg_catalog.text;
              first pg_catalog.int8;
            BEGIN
              SELECT h.id, pg_catalog.format('%I.%I', h.schema_name, h.table_name) INTO STRICT made, rows_name
                FROM _timescaledb_catalog.continuous_agg a
                JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
               WHERE a.user_view_schema = \(literal: name.schema ?? "public") AND a.user_view_name = \(literal: name.name);
              SELECT pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' ORDER BY attnum) INTO columns
                FROM pg_catalog.pg_attribute
               WHERE attrelid = rows_name::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped;
              EXECUTE pg_catalog.format('INSERT INTO %s (%s) SELECT %s FROM %s', rows_name, columns, columns,
                                        \(literal: rows.quoted));
              SELECT pg_catalog.min(s.range_start) INTO first
                FROM _timescaledb_catalog.hypertable h
                JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
                JOIN _timescaledb_catalog.dimension_slice s ON s.dimension_id = d.id
                JOIN _timescaledb_catalog.chunk_constraint k ON k.dimension_slice_id = s.id
               WHERE (h.schema_name, h.table_name) = (\(literal: table.schema ?? "public"), \(literal: table.name));
              first := COALESCE(first + \(literal: width), 9223372036854775807);
              UPDATE _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
                 SET lowest_modified_value = first
               WHERE materialization_id = made AND lowest_modified_value < first AND greatest_modified_value >= first;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// The ends of the last bucket that has rows, as `start` and `end`; both NULL where none has.
    package var lastBucket: SQL {
        let column: SQL = "pg_catalog.max(\(identifier: time.column))"
        return """
            SELECT \(raw: column)::text AS start, (\(raw: column) + \(raw: SQL.fromCatalog(time.step)))::text AS "end"
              FROM \(qualified: rows)
            """
    }

    /// Makes one bucket anew, and with it the older ones be seen where the aggregate is real-time: TimescaleDB takes what
    /// is behind the last refresh from the table. It can't be in a transaction.
    package func refresh(from start: String, to end: String, _ capabilities: Capabilities) -> SQL {
        let type = SQL.fromCatalog(time.type)
        return """
            CALL \(raw: capabilities.function("refresh_continuous_aggregate"))(\(literal: name.quoted), \
            \(literal: start)::\(raw: type), \(literal: end)::\(raw: type))
            """
    }
}
