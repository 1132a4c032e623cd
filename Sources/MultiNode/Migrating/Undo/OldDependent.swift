/// Something that stands in the way of dropping an old table: nothing that the cut-over has made, or made elsewhere.
package struct OldDependent: Sendable, Equatable {
    /// As PostgreSQL describes it, with every name qualified.
    package let name: String
    /// The statement that drops it, or only what of it needs the table; nil for a kind that is rare.
    package let drop: String?

    /// - Parameter row: of ``list(on:besides:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        name = row["name"] ?? ""
        drop = row["drop"]
    }

    /// For a session whose search path is `pg_catalog`: in the order in which they can be dropped.
    ///
    /// A view stands for the rule that makes its rows; any other rule is one by itself, whose table or view needs the old table
    /// for nothing else. A chunk goes with its hypertable, though PostgreSQL counts it as dependent, and what TimescaleDB makes of a continuous
    /// aggregate with that.
    ///
    /// - Parameter dropped: what is dropped before the table.
    package static func list(on table: TableName, besides dropped: Dependents) -> SQL {
        let relations = [table.quoted] + dropped.aggregates.map(\.name.quoted) + dropped.relations.map(\.quoted)
        return """
            WITH RECURSIVE named (oid) AS (
                SELECT pg_catalog.to_regclass(x)::pg_catalog.oid FROM pg_catalog.unnest(\(relations, type: "text[]")) x
            ), dropped (class, oid) AS (
                SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, oid FROM named WHERE oid IS NOT NULL
                 UNION ALL
                SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, p.oid
                  FROM _timescaledb_catalog.continuous_agg a
                  JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
                  JOIN named n ON n.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', a.user_view_schema, a.user_view_name))
                 CROSS JOIN LATERAL (VALUES (h.schema_name, h.table_name), (a.partial_view_schema, a.partial_view_name),
                                            (a.direct_view_schema, a.direct_view_name)) w (schema, name)
                 CROSS JOIN LATERAL (SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', w.schema, w.name))::pg_catalog.oid AS oid) p
                 UNION ALL
                SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.oid
                  FROM pg_catalog.pg_proc p
                 WHERE p.oid::pg_catalog.regprocedure::text = ANY (\(dropped.routines, type: "text[]"))
            ), chunks (oid) AS (
                SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', schema_name, table_name))::pg_catalog.oid
                  FROM _timescaledb_catalog.chunk WHERE NOT dropped
            ), inner_views (oid, view) AS (
                SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', w.schema, w.name))::pg_catalog.oid,
                       pg_catalog.to_regclass(pg_catalog.format('%I.%I', a.user_view_schema, a.user_view_name))::pg_catalog.oid
                  FROM _timescaledb_catalog.continuous_agg a
                 CROSS JOIN LATERAL (VALUES (a.partial_view_schema, a.partial_view_name),
                                            (a.direct_view_schema, a.direct_view_name)) w (schema, name)
            ), reached (class, oid, sub, depth, blocks) AS (
                SELECT class, oid, 0, 0, false FROM dropped
                 UNION
                SELECT x.class, x.oid, x.sub, r.depth + CASE d.deptype WHEN 'n' THEN 1 ELSE 0 END, d.deptype = 'n'
                  FROM reached r
                  JOIN pg_catalog.pg_depend d
                    ON d.refclassid = r.class AND d.refobjid = r.oid AND r.sub IN (0, d.refobjsubid) AND d.deptype IN ('n', 'a', 'i')
                  LEFT JOIN pg_catalog.pg_rewrite w
                    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND w.oid = d.objid AND w.rulename = '_RETURN'
                  LEFT JOIN inner_views i ON i.oid = w.ev_class
                  LEFT JOIN pg_catalog.pg_attrdef e ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND e.oid = d.objid
                  LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid END AS class,
                              COALESCE(i.view, w.ev_class, d.objid) AS oid, CASE WHEN w.oid IS NULL THEN d.objsubid ELSE 0 END AS sub) x
                 WHERE (x.class, x.oid) <> (r.class, r.oid) AND r.depth < 100
                   AND NOT EXISTS (SELECT FROM chunks c WHERE c.oid = COALESCE(e.adrelid, k.conrelid, x.oid))
            )
            SELECT pg_catalog.pg_describe_object(f.class, f.oid, f.sub) AS name, \(raw: statement) AS drop
              FROM (SELECT r.class, r.oid, r.sub, pg_catalog.max(r.depth) AS depth
                      FROM reached r
                     WHERE r.blocks AND NOT EXISTS (SELECT FROM reached z
                                                     WHERE z.depth = 0 AND (z.class, z.oid) = (r.class, r.oid) AND z.sub IN (0, r.sub))
                     GROUP BY r.class, r.oid, r.sub) f
             CROSS JOIN LATERAL pg_catalog.pg_identify_object(f.class, f.oid, f.sub) i
              LEFT JOIN pg_catalog.pg_constraint k
                ON f.class = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = f.oid AND k.conrelid <> 0
              LEFT JOIN pg_catalog.pg_attrdef e ON f.class = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND e.oid = f.oid
              LEFT JOIN pg_catalog.pg_attribute c
                ON (c.attrelid, c.attnum) = (e.adrelid, e.adnum)
                OR f.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND f.sub > 0 AND (c.attrelid, c.attnum) = (f.oid, f.sub)
             ORDER BY f.depth DESC, 1
            """
    }

    private static let statement: SQL = """
        CASE WHEN i.type = 'view' AND EXISTS (
                      SELECT FROM _timescaledb_catalog.continuous_agg a
                       WHERE pg_catalog.to_regclass(pg_catalog.format('%I.%I', a.user_view_schema, a.user_view_name))::pg_catalog.oid = f.oid)
                  THEN 'DROP MATERIALIZED VIEW ' || i.identity
             WHEN i.type IN ('view', 'materialized view', 'type', 'composite type')
                  THEN pg_catalog.format('DROP %s %s', CASE i.type WHEN 'composite type' THEN 'TYPE' ELSE pg_catalog.upper(i.type) END,
                                         i.identity)
             WHEN i.type IN ('rule', 'policy') THEN pg_catalog.format('DROP %s %s', pg_catalog.upper(i.type), i.identity)
             WHEN i.type IN ('function', 'procedure', 'aggregate') THEN 'DROP ROUTINE ' || i.identity
             WHEN k.oid IS NOT NULL
                  THEN pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::pg_catalog.regclass, k.conname)
             WHEN e.oid IS NOT NULL
                  THEN pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', c.attrelid::pg_catalog.regclass, c.attname)
             WHEN c.attname IS NOT NULL
                  THEN pg_catalog.format('ALTER %s %s', CASE WHEN i.type = 'composite type column' THEN 'TYPE' ELSE 'TABLE' END,
                                         c.attrelid::pg_catalog.regclass)
                       || pg_catalog.format(' DROP %s %I', CASE WHEN i.type = 'composite type column' THEN 'ATTRIBUTE' ELSE 'COLUMN' END,
                                            c.attname) END
        """
}
