extension DefinitionPart {
    /// Rows of parts, each with the `table_schema` and `table_name` of its table. Run it with a `search_path` of `pg_catalog` alone: only then does PostgreSQL qualify every other name
    /// with its schema.
    ///
    /// - Parameter tables: with their schemas.
    static func query(of tables: [TableName], _ capabilities: Capabilities) -> SQL {
        """
        WITH \(raw: TableDefinition.themselves(tables)), own_column AS (
          SELECT a.*, t.relowner, to_jsonb(a) ->> 'attcompression' AS compression
            FROM pg_attribute a JOIN t ON t.oid = a.attrelid
           WHERE a.attnum > 0 AND NOT a.attisdropped
        ), own_index AS (
          SELECT i.*, t.written, x.relname AS name, x.reloptions, k.conname,
                 CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END AS uniqueness
            FROM pg_index i
            JOIN t ON t.oid = i.indrelid
            JOIN pg_class x ON x.oid = i.indexrelid
            LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
        ), own_trigger AS (
          SELECT g.*, t.written FROM pg_trigger g JOIN t ON t.oid = g.tgrelid
           WHERE NOT g.tgisinternal AND \(raw: isOwn)
        ), own_statistics AS (
          SELECT s.*, t.written, n.nspname, r.rolname AS owner, to_jsonb(s) ->> 'stxstattarget' AS target
            FROM pg_statistic_ext s
            JOIN t ON t.oid = s.stxrelid
            JOIN pg_roles r ON r.oid = s.stxowner
            JOIN pg_namespace n ON n.oid = s.stxnamespace
        ), own_sequence AS (
          SELECT q.relation, s.oid, n.nspname, s.relname, s.relacl, s.relowner, r.rolname AS owner,
                 max(q.definition) FILTER (WHERE q.kind = 'sequence') AS definition,
                 max(q.definition) FILTER (WHERE q.kind = 'ownership') AS ownership
            FROM (\(raw: TableDefinition.sequences)) AS q (relation, kind, oid, definition)
            JOIN pg_class s ON s.oid = q.oid
            JOIN pg_namespace n ON n.oid = s.relnamespace
            JOIN pg_roles r ON r.oid = s.relowner
           GROUP BY 1, 2, 3, 4, 5, 6, 7
        ), part (relation, kind, place, schema, name, head, definition, state) AS (
        SELECT t.oid, 'owner', 0::bigint, NULL::name, r.rolname, NULL::text, NULL::text, NULL::text
          FROM t JOIN pg_roles r ON r.oid = t.relowner
        \(raw: [columns(capabilities), constraints, indexes, triggers, settings, grants, comments].map { "UNION ALL\n\(raw: $0)" as SQL }.joined(separator: "\n"))
        )
        SELECT s.nspname AS table_schema, r.relname AS table_name, kind, schema, name, head, definition, state
          FROM part
          \(raw: TableDefinition.joiningName)
         ORDER BY kind, place, name, definition
        """
    }

    /// That a trigger `g` is none of TimescaleDB's: these are made with what needs them.
    static let isOwn: SQL = """
        NOT EXISTS (SELECT FROM pg_proc f JOIN pg_namespace s ON s.oid = f.pronamespace
                     WHERE f.oid = g.tgfoid AND s.nspname IN ('_timescaledb_internal', '_timescaledb_functions'))
        """

    private static func columns(_ capabilities: Capabilities) -> SQL {
        """
        SELECT a.attrelid, 'column', a.attnum, NULL, a.attname, NULL,
               \(raw: TableDefinition.columnText(capabilities)) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, NULL
          FROM own_column a
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        UNION ALL
        SELECT a.attrelid, 'identity', a.attnum, n.nspname, s.relname,
               CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
               format('INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', q.seqincrement, q.seqmin, q.seqmax,
                      q.seqstart, q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END), a.attname
          FROM own_column a
          JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
                              AND p.refobjsubid = a.attnum AND p.classid = 'pg_class'::regclass AND p.deptype = 'i'
          JOIN pg_sequence q ON q.seqrelid = p.objid
          JOIN pg_class s ON s.oid = q.seqrelid
          JOIN pg_namespace n ON n.oid = s.relnamespace
         WHERE a.attidentity <> ''
        UNION ALL
        SELECT s.relation, 'sequence', s.oid, s.nspname, s.relname, s.owner, s.definition, s.ownership FROM own_sequence s
        """
    }

    private static let constraints: SQL = """
        SELECT t.oid, CASE c.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' ELSE 'key' END, c.oid, NULL, c.conname,
               NULL, pg_get_constraintdef(c.oid), NULL
          FROM pg_constraint c JOIN t ON t.oid = c.conrelid
         WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
        """

    /// Of the index of a constraint, what the constraint's own definition leaves out.
    private static let indexes: SQL = """
        SELECT i.indrelid, 'index', i.indexrelid, NULL, i.name, i.uniqueness,
               substr(pg_get_indexdef(i.indexrelid),
                      length(format('CREATE %sINDEX %I ON %s ', i.uniqueness, i.name, i.written)) + 1), NULL
          FROM own_index i
         WHERE i.conname IS NULL
        UNION ALL
        SELECT i.indrelid, 'index option', i.indexrelid, NULL, i.name, NULL, format('SET (%s)', o.list), NULL
          FROM own_index i
         CROSS JOIN LATERAL (SELECT string_agg(format('%I = %L', x.option_name, x.option_value), ', ') AS list
                               FROM pg_options_to_table(i.reloptions) x) o
         WHERE i.conname IS NOT NULL AND o.list IS NOT NULL
        UNION ALL
        SELECT i.indrelid, 'index option', i.indexrelid, NULL, i.name, NULL,
               format('ALTER COLUMN %s SET STATISTICS %s', a.attnum, a.attstattarget), NULL
          FROM own_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
         WHERE COALESCE(a.attstattarget, -1) >= 0
        UNION ALL
        SELECT i.indrelid, 'chosen index', x.place, NULL, i.name, NULL, x.change, NULL
          FROM own_index i
         CROSS JOIN LATERAL (VALUES (1, i.indisreplident, 'REPLICA IDENTITY USING INDEX'),
                                    (2, i.indisclustered, 'CLUSTER ON')) AS x (place, applies, change)
         WHERE x.applies
        """

    private static let triggers: SQL = """
        SELECT g.tgrelid, 'trigger', g.oid, NULL, g.tgname, left(d.text, strpos(d.text, d.mark) - 1),
               substr(d.text, strpos(d.text, d.mark) + length(d.mark)),
               CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END
          FROM own_trigger g
         CROSS JOIN LATERAL (SELECT pg_get_triggerdef(g.oid) AS text, format(' ON %s ', g.written) AS mark) d
        UNION ALL
        SELECT s.stxrelid, 'statistics', s.oid, s.nspname, s.stxname, s.owner,
               substr(left(d.text, length(d.text) - length(format(' FROM %s', s.written))),
                      length('CREATE STATISTICS ' || d.name) + 1),
               s.target
          FROM own_statistics s
         CROSS JOIN LATERAL (SELECT pg_get_statisticsobjdef(s.oid) AS text,
                                    format('%I.%I', s.nspname, s.stxname) AS name) d
        """
}
