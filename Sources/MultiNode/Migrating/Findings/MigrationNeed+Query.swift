extension MigrationNeed {
    /// For the access node, with a `search_path` of `pg_catalog` alone: the needs of the tables, in the order in which they
    /// are made.
    package static func list(of tables: [Int]) -> SQL {
        """
        WITH RECURSIVE t AS (
          SELECT h.id AS table_id, c.*
            FROM _timescaledb_catalog.hypertable h
            JOIN pg_namespace n ON n.nspname = h.schema_name
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
           WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
        ), made (oid) AS (
        \(raw: made)
        ), own (class, object) AS (
        \(raw: own)
        ), need (class, object, depth) AS (
        \(raw: direct)
        UNION
        \(raw: indirect)
        ), known AS (
          SELECT n.class, n.object, max(n.depth) AS depth, x.extname
            FROM need n
            LEFT JOIN pg_depend e ON e.classid = n.class AND e.objid = n.object AND e.deptype = 'e'
                                     AND e.refclassid = 'pg_extension'::regclass
            LEFT JOIN pg_extension x ON x.oid = e.refobjid
           WHERE x.extname IS DISTINCT FROM 'timescaledb'
           GROUP BY 1, 2, 4
        ), sequence AS (
          SELECT DISTINCT s.*
            FROM own o
            JOIN pg_depend p ON p.classid = o.class AND p.objid = o.object AND p.refclassid = 'pg_class'::regclass
            JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
        ), entry (rank, kind, name, bare, definition, owner) AS (
        \(raw: [named, places, roles].joined(separator: "\nUNION ALL\n"))
        )
        SELECT kind, name, bare, definition, owner
          FROM entry
         GROUP BY kind, name, bare, definition, owner
         ORDER BY min(rank), kind, name, bare
        """
    }

    /// The tables, and the views and continuous aggregates over them, which the cut-over makes.
    private static let made: SQL = """
        SELECT oid FROM t
        UNION
        SELECT v.oid
          FROM made m
         CROSS JOIN LATERAL (
               SELECT c.oid
                 FROM pg_depend d
                 JOIN pg_rewrite w ON w.oid = d.objid
                 JOIN pg_class c ON c.oid = w.ev_class AND c.oid <> m.oid AND c.relkind IN ('v', 'm')
                WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = m.oid AND d.classid = 'pg_rewrite'::regclass
                UNION ALL
               -- One that shows no newer rows does not depend on the table itself.
               SELECT to_regclass(format('%I.%I', a.user_view_schema, a.user_view_name))
                 FROM _timescaledb_catalog.continuous_agg a
                WHERE to_regclass(format('%I.%I', a.direct_view_schema, a.direct_view_name))::oid = m.oid) v
        """

    /// The parts of them that depend on something.
    private static let own: SQL = """
        SELECT 'pg_class'::regclass, oid FROM t
        UNION ALL
        SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i JOIN t ON t.oid = i.indrelid
        UNION ALL
        SELECT 'pg_attrdef'::regclass, d.oid FROM pg_attrdef d JOIN made m ON m.oid = d.adrelid
        UNION ALL
        SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c JOIN t ON t.oid = c.conrelid
        UNION ALL
        SELECT 'pg_trigger'::regclass, g.oid
          FROM pg_trigger g JOIN made m ON m.oid = g.tgrelid WHERE NOT g.tgisinternal
        UNION ALL
        SELECT 'pg_rewrite'::regclass, w.oid
          FROM pg_rewrite w JOIN made m ON m.oid = w.ev_class WHERE w.ev_class NOT IN (SELECT oid FROM t)
        """

    private static let direct: SQL = """
        SELECT p.refclassid::regclass, p.refobjid, 0
          FROM own o JOIN pg_depend p ON p.classid = o.class AND p.objid = o.object
         WHERE p.refclassid IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass,
                                'pg_collation'::regclass, 'pg_opclass'::regclass)
           AND NOT EXISTS (SELECT FROM made m JOIN pg_class c ON c.oid = m.oid
                            WHERE p.refclassid = 'pg_type'::regclass AND p.refobjid = c.reltype)
           -- Those whose body names one of them are made with it.
           AND NOT EXISTS (SELECT FROM made m
                             JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = m.oid
                            WHERE d.classid = 'pg_proc'::regclass AND (d.classid, d.objid) = (p.refclassid, p.refobjid))
        UNION
        SELECT 'pg_proc'::regclass, f.oid, 0
          FROM t
          JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = t.table_id
          JOIN pg_namespace n ON n.nspname IN (d.partitioning_func_schema, d.integer_now_func_schema)
          JOIN pg_proc f
               ON f.pronamespace = n.oid
                  AND ((n.nspname, f.proname) = (d.partitioning_func_schema, d.partitioning_func)
                       OR (n.nspname, f.proname) = (d.integer_now_func_schema, d.integer_now_func))
        """

    /// What a type is made of.
    private static let indirect: SQL = """
        SELECT x.class, x.object, n.depth + 1
          FROM need n
          JOIN pg_type y ON n.class = 'pg_type'::regclass AND y.oid = n.object
         CROSS JOIN LATERAL (
               SELECT 'pg_type'::regclass, y.typelem WHERE y.typelem >= 16384
                UNION ALL
               SELECT p.refclassid::regclass, p.refobjid
                 FROM pg_depend p
                WHERE (p.classid = 'pg_type'::regclass AND p.objid = y.oid
                       OR p.classid = 'pg_class'::regclass AND p.objid = y.typrelid
                       OR p.classid = 'pg_constraint'::regclass
                          AND p.objid IN (SELECT c.oid FROM pg_constraint c WHERE c.contypid = y.oid))
                  AND p.refclassid IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass,
                                       'pg_collation'::regclass)
                  AND NOT (p.refclassid = 'pg_type'::regclass AND p.refobjid = y.oid)) AS x (class, object)
         WHERE n.depth < 20
        """

    /// What is in a schema, or in an extension. An array is there where its elements are.
    private static let named: SQL = """
        SELECT 4 - k.depth * 0.01, x.kind, x.name, x.bare, x.definition, x.owner
          FROM known k
         CROSS JOIN LATERAL (
               SELECT 'type', format_type(y.oid, NULL), y.typname::text, \(raw: typeDefinition), r.rolname::text
                 FROM pg_type y JOIN pg_roles r ON r.oid = y.typowner
                WHERE k.class = 'pg_type'::regclass AND y.oid = k.object AND y.typcategory <> 'A'
                UNION ALL
               SELECT 'function', f.oid::regprocedure::text, f.proname, NULL, NULL
                 FROM pg_proc f WHERE k.class = 'pg_proc'::regclass AND f.oid = k.object
                UNION ALL
               SELECT 'operator', o.oid::regoperator::text, o.oprname, NULL, NULL
                 FROM pg_operator o WHERE k.class = 'pg_operator'::regclass AND o.oid = k.object
                UNION ALL
               SELECT 'collation', format('%I.%I', n.nspname, c.collname), c.collname, NULL, NULL
                 FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                WHERE k.class = 'pg_collation'::regclass AND c.oid = k.object
                UNION ALL
               SELECT 'operator class', format('%I.%I', n.nspname, o.opcname), m.amname, NULL, NULL
                 FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
                WHERE k.class = 'pg_opclass'::regclass AND o.oid = k.object)
               AS x (kind, name, bare, definition, owner)
         WHERE k.extname IS NULL
        UNION ALL
        SELECT 0, 'extension', k.extname, k.extname, NULL, NULL FROM known k WHERE k.extname IS NOT NULL
        UNION ALL
        SELECT 0, 'table', c.confrelid::regclass::text, '', NULL, NULL
          FROM pg_constraint c JOIN t ON t.oid = c.conrelid WHERE c.contype = 'f'
        UNION ALL
        SELECT 0, 'table', c.oid::regclass::text, CASE WHEN h.id IS NULL THEN '' ELSE 'distributed' END, NULL, NULL
          FROM own o
          JOIN pg_depend p ON p.classid = o.class AND p.objid = o.object AND p.refclassid = 'pg_class'::regclass
          JOIN pg_class c ON c.oid = p.refobjid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN _timescaledb_catalog.hypertable h
            ON (h.schema_name, h.table_name) = (n.nspname, c.relname) AND h.replication_factor > 0
         WHERE o.class = 'pg_rewrite'::regclass AND c.oid NOT IN (SELECT oid FROM made)
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                             JOIN _timescaledb_catalog.hypertable k ON k.id = a.mat_hypertable_id
                            WHERE (k.schema_name, k.table_name) = (n.nspname, c.relname))
        """

    private static let places: SQL = """
        SELECT x.rank, x.kind, s.nspname, x.bare, x.definition, x.owner
          FROM (SELECT n.*, r.rolname AS owner
                  FROM pg_namespace n
                  JOIN pg_roles r ON r.oid = n.nspowner
                 WHERE n.oid IN (SELECT c.relnamespace
                                   FROM made m JOIN pg_class c ON c.oid = m.oid
                                  WHERE NOT EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                                                     WHERE to_regclass(format('%I.%I', a.direct_view_schema, a.direct_view_name))::oid = c.oid
                                                        OR to_regclass(format('%I.%I', a.partial_view_schema, a.partial_view_name))::oid = c.oid)
                                  UNION ALL SELECT relnamespace FROM sequence
                                  -- Those of what has to be there already.
                                  UNION ALL
                                 SELECT r.relnamespace FROM pg_constraint c JOIN t ON t.oid = c.conrelid
                                   JOIN pg_class r ON r.oid = c.confrelid WHERE c.contype = 'f'
                                  UNION ALL
                                 SELECT COALESCE(f.pronamespace, o.oprnamespace, l.collnamespace, x.opcnamespace)
                                   FROM known k
                                   LEFT JOIN pg_proc f ON k.class = 'pg_proc'::regclass AND f.oid = k.object
                                   LEFT JOIN pg_operator o ON k.class = 'pg_operator'::regclass AND o.oid = k.object
                                   LEFT JOIN pg_collation l ON k.class = 'pg_collation'::regclass AND l.oid = k.object
                                   LEFT JOIN pg_opclass x ON k.class = 'pg_opclass'::regclass AND x.oid = k.object
                                  WHERE k.extname IS NULL
                                  UNION ALL SELECT x.stxnamespace FROM pg_statistic_ext x JOIN t ON t.oid = x.stxrelid
                                  UNION ALL SELECT y.typnamespace FROM known k JOIN pg_type y
                                       ON k.class = 'pg_type'::regclass AND y.oid = k.object AND k.extname IS NULL)) s
         CROSS JOIN LATERAL (
               SELECT 1, 'schema', s.nspname::text,
                      format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', s.nspname, s.owner), s.owner::text
                UNION ALL
               SELECT DISTINCT 2, 'schema right', COALESCE(g.rolname, 'public')::text,
                      format('GRANT USAGE ON SCHEMA %I TO %s', s.nspname, COALESCE(quote_ident(g.rolname), 'PUBLIC')), NULL
                 FROM aclexplode(s.nspacl) a
                 LEFT JOIN pg_roles g ON g.oid = a.grantee
                WHERE a.privilege_type = 'USAGE' AND a.grantee <> s.nspowner
                  AND (a.grantee = 0 OR g.oid IS NOT NULL))
               AS x (rank, kind, bare, definition, owner)
        """

    /// Those who own something, or may do something with it.
    private static let roles: SQL = """
        SELECT 0, 'role', r.rolname, CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE '' END, NULL, NULL
          FROM pg_roles r
         WHERE r.oid IN (SELECT x.stxowner FROM pg_statistic_ext x JOIN t ON t.oid = x.stxrelid
                          UNION ALL
                         SELECT c.relowner FROM made m JOIN pg_class c ON c.oid = m.oid
                          UNION ALL
                         SELECT a.grantee
                           FROM made m JOIN pg_class c ON c.oid = m.oid CROSS JOIN LATERAL aclexplode(c.relacl) a
                          UNION ALL
                         SELECT a.grantee
                           FROM made m
                           JOIN pg_attribute c ON c.attrelid = m.oid AND NOT c.attisdropped
                          CROSS JOIN LATERAL aclexplode(c.attacl) a
                          UNION ALL
                         SELECT relowner FROM sequence
                          UNION ALL
                         SELECT a.grantee FROM sequence s CROSS JOIN LATERAL aclexplode(s.relacl) a)
        """
}
