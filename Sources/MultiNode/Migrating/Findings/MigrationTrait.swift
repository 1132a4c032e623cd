/// Something of a distributed hypertable that does not come along, or stands in the way.
package struct MigrationTrait: Sendable, Equatable {
    package let tableID: Int
    package let name: MigrationFinding.Name
    /// What it is about: a constraint, a function, a role; empty where there is nothing to name.
    package let detail: String

    /// - Parameter row: of ``list(of:)``; nil for what is none.
    package init?(row: [String: String?]) {
        let row = Row(row)
        guard let name = row["name"].flatMap(MigrationFinding.Name.init) else { return nil }
        tableID = row.integer("table_id")
        self.name = name
        detail = row["detail"] ?? ""
    }

    /// For the access node, with a `search_path` of `pg_catalog` alone.
    ///
    /// Of what TimescaleDB allows on no distributed hypertable some is looked for all the same: it may be there since before
    /// the table was one.
    package static func list(of tables: [Int]) -> SQL {
        """
        WITH t AS (
          SELECT h.id AS table_id, h.chunk_target_size, c.*
            FROM _timescaledb_catalog.hypertable h
            JOIN pg_namespace n ON n.nspname = h.schema_name
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
           WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
        ), found (table_id, name, detail) AS (
        \(raw: ofTheTable)
        UNION ALL
        \(raw: ofOthers)
        )
        SELECT DISTINCT table_id, name, detail FROM found ORDER BY table_id, name, detail
        """
    }

    /// As pg_constraint has them.
    private static let actions: SQL = """
        ('a'::"char", ''), ('r', ''), ('c', 'CASCADE'), ('n', 'SET NULL'), ('d', 'SET DEFAULT')
        """

    private static let ofTheTable: SQL = """
        SELECT t.table_id, 'not-valid', c.conname::text
          FROM pg_constraint c JOIN t ON t.oid = c.conrelid WHERE NOT c.convalidated
        UNION ALL
        SELECT t.table_id, CASE WHEN x.actions = '' THEN 'foreign-keys' ELSE 'key-actions' END,
               format('%s to %s%s', c.conname, c.confrelid::regclass, x.actions)
          FROM pg_constraint c
          JOIN t ON t.oid = c.conrelid
         CROSS JOIN LATERAL (
               SELECT concat(CASE WHEN c.confdeltype NOT IN ('a', 'r') THEN format(' ON DELETE %s', d.name) END,
                             CASE WHEN c.confupdtype NOT IN ('a', 'r') THEN format(' ON UPDATE %s', u.name) END) AS actions
                 FROM (VALUES \(raw: actions)) d (code, name), (VALUES \(raw: actions)) u (code, name)
                WHERE d.code = c.confdeltype AND u.code = c.confupdtype) x
         WHERE c.contype = 'f'
        UNION ALL
        SELECT t.table_id, 'row-security', NULL
          FROM t WHERE t.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)
        UNION ALL
        SELECT t.table_id, 'rules', r.rulename FROM pg_rewrite r JOIN t ON t.oid = r.ev_class
        UNION ALL
        SELECT t.table_id, 'tablespaces', s.spcname
          FROM t
          LEFT JOIN pg_index i ON i.indrelid = t.oid
          LEFT JOIN pg_class x ON x.oid = i.indexrelid
          JOIN pg_tablespace s ON s.oid IN (t.reltablespace, x.reltablespace)
        UNION ALL
        SELECT t.table_id, 'tablespaces', s.tablespace_name
          FROM t JOIN _timescaledb_catalog.tablespace s ON s.hypertable_id = t.table_id
        UNION ALL
        SELECT t.table_id, 'unlogged', NULL FROM t WHERE t.relpersistence = 'u'
        UNION ALL
        SELECT t.table_id, 'security-labels', l.provider
          FROM pg_seclabel l JOIN t ON l.objoid = t.oid AND l.classoid = 'pg_class'::regclass
        UNION ALL
        SELECT t.table_id, 'access-method', m.amname FROM t JOIN pg_am m ON m.oid = t.relam WHERE m.amname <> 'heap'
        UNION ALL
        SELECT t.table_id, 'adaptive-chunking', NULL FROM t WHERE t.chunk_target_size > 0
        UNION ALL
        SELECT t.table_id, 'object-numbers', format('%s (%s)', a.attname, format_type(a.atttypid, a.atttypmod))
          FROM t
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_type b ON b.oid = y.typbasetype
          JOIN pg_type r ON r.oid IN (y.oid, y.typelem, b.oid, b.typelem)
         WHERE r.typnamespace = 'pg_catalog'::regnamespace AND r.typname IN (\(raw: RowHash.namesOfNumbers))
        UNION ALL
        SELECT t.table_id, 'rights', r.rolname
          FROM t JOIN pg_roles r ON r.oid = t.relowner WHERE NOT pg_has_role(t.relowner, 'USAGE')
        """

    /// What belongs to others, and knows the table by its number and not by its name.
    private static let ofOthers: SQL = """
        SELECT t.table_id, 'publications', p.pubname::text
          FROM pg_publication p
          JOIN pg_publication_rel r ON r.prpubid = p.oid
          JOIN t ON t.oid = r.prrelid
        UNION ALL
        SELECT t.table_id, 'shared-sequences', format('%s (also: %s)', s.oid::regclass, string_agg(DISTINCT o.adrelid::regclass::text, ', '))
          FROM t
          JOIN pg_attrdef f ON f.adrelid = t.oid
          JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = f.oid AND p.refclassid = 'pg_class'::regclass
          JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
          JOIN pg_depend q ON q.classid = 'pg_attrdef'::regclass AND q.refclassid = 'pg_class'::regclass AND q.refobjid = s.oid
          JOIN pg_attrdef o ON o.oid = q.objid AND o.adrelid <> t.oid
         -- A chunk has its table's.
         WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = o.adrelid)
         GROUP BY t.table_id, s.oid
        UNION ALL
        SELECT t.table_id, 'foreign-keys-to', format('%s of %s', c.conname, c.conrelid::regclass)
          FROM pg_constraint c JOIN t ON t.oid = c.confrelid WHERE c.contype = 'f'
        UNION ALL
        SELECT t.table_id, 'sql-functions', p.objid::regprocedure::text
          FROM pg_depend p JOIN t ON t.oid = p.refobjid
         WHERE p.classid = 'pg_proc'::regclass AND p.refclassid = 'pg_class'::regclass AND p.deptype = 'n'
        UNION ALL
        SELECT t.table_id, 'row-type', pg_describe_object(p.classid, p.objid, p.objsubid)
          FROM t
          JOIN pg_type y ON y.oid = t.reltype
          JOIN pg_depend p
               ON p.refclassid = 'pg_type'::regclass AND p.refobjid IN (y.oid, y.typarray) AND p.deptype = 'n'
         WHERE p.classid IN ('pg_proc'::regclass, 'pg_class'::regclass, 'pg_type'::regclass)
        UNION ALL
        SELECT t.table_id, 'bound-objects', pg_describe_object(p.classid, p.objid, 0)
          FROM t
          JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = t.oid AND p.deptype = 'n'
          LEFT JOIN pg_rewrite r ON p.classid = 'pg_rewrite'::regclass AND r.oid = p.objid
          LEFT JOIN pg_policy y ON p.classid = 'pg_policy'::regclass AND y.oid = p.objid
         WHERE r.rulename <> '_RETURN' AND r.ev_class <> t.oid OR y.polrelid <> t.oid
        UNION ALL
        SELECT t.table_id, 'materialized-views', v.oid::regclass::text
          FROM t
          JOIN pg_depend p
               ON p.refclassid = 'pg_class'::regclass AND p.refobjid = t.oid AND p.classid = 'pg_rewrite'::regclass
          JOIN pg_rewrite r ON r.oid = p.objid
          JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'm'
        """
}
