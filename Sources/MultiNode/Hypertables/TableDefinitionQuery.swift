extension TableDefinition {
    /// The tables `t`, each `written` so in SQL, and their defaults `own_default`, for the WITH of a query of their parts.
    static func themselves(_ tables: [TableName]) -> SQL {
        """
        t AS (
              SELECT c.*, s.nspname, format('%I.%I', s.nspname, c.relname) AS written
                FROM \(raw: TableName.list(tables))
                JOIN pg_namespace s ON s.nspname = n.schema
                JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = n.name
            ), own_default AS (
              SELECT d.* FROM pg_attrdef d JOIN t ON t.oid = d.adrelid
            )
        """
    }

    /// Joins the table `r` in the schema `s` to a list of what is part of a `relation`.
    ///
    /// They are looked up by index: for each row of `t`, which PostgreSQL takes for one row, it would read the list anew.
    static let joiningName: SQL = """
        JOIN pg_class r ON r.oid = relation
             JOIN pg_namespace s ON s.oid = r.relnamespace
        """

    /// Rows of `table_schema`, `table_name`, `kind` and `definition`. Run it with a `search_path` of `pg_catalog` alone: only
    /// then does PostgreSQL qualify every other name with its schema.
    ///
    /// An index that `create_distributed_hypertable` creates by itself, under its default name, has no `index` row.
    ///
    /// - Parameter tables: with their schemas, and the dimensions of each as a hypertable.
    package static func query(of tables: [(name: TableName, dimensions: [Dimension])], _ capabilities: Capabilities)
        -> SQL
    {
        """
        WITH \(raw: themselves(tables.map(\.name))), own_index AS (
              SELECT i.*, t.nspname, t.relname, x.relname AS name, m.amname,
                     (SELECT string_agg('"' || replace(a.attname, '"', '""') || '" '
                                            || CASE WHEN i.indoption[k.n - 1] = 3 THEN 'DESC'
                                                    WHEN i.indoption[k.n - 1] = 0 THEN '' ELSE '?' END,
                                        ',' ORDER BY k.n)
                        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
                        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS keys,
                     (SELECT string_agg(a.attname, ',' ORDER BY k.n)
                        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
                        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS columns
                FROM pg_index i
                JOIN t ON t.oid = i.indrelid
                JOIN pg_class x ON x.oid = i.indexrelid
                JOIN pg_am m ON m.oid = x.relam
            ), own_constraint AS (
              SELECT c.* FROM pg_constraint c JOIN t ON t.oid = c.conrelid
            ), part (relation, kind, place, definition) AS (
            \(raw: columns(capabilities))
            UNION ALL
            SELECT c.conrelid, 'constraint', 0::bigint, format('CONSTRAINT %I ', c.conname) || pg_get_constraintdef(c.oid)
              FROM own_constraint c
             WHERE c.contype IN ('p', 'u', 'c', 'x')
            UNION ALL
            SELECT i.indrelid, 'index', i.indexrelid::bigint,
                   x.head || ' IF NOT EXISTS ' || substr(pg_get_indexdef(i.indexrelid), length(x.head) + 2)
              FROM own_index i
             CROSS JOIN LATERAL (
                   VALUES (CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX' ELSE 'CREATE INDEX' END)) AS x (head)
             WHERE NOT EXISTS (SELECT FROM pg_constraint c
                                WHERE c.conrelid = i.indrelid AND c.conindid = i.indexrelid AND c.contype <> 'f')
               AND NOT EXISTS (\(raw: defaultIndexes(of: tables))
                                 AND i.amname = 'btree' AND NOT i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
                                 AND i.indnatts = i.indnkeyatts)
            UNION ALL
            SELECT i.indrelid, 'indexed', i.indexrelid::bigint, i.columns FROM own_index i
            UNION ALL
            \(raw: sequences)
            UNION ALL
            \(raw: needs)
            UNION ALL
            \(raw: omissions)
            )
            SELECT s.nspname AS table_schema, r.relname AS table_name, kind, definition
              FROM part
             \(raw: joiningName)
             ORDER BY kind, place, definition
        """
    }

    /// That `create_distributed_hypertable` creates the index `i` by itself, as the beginning of a query.
    private static func defaultIndexes(of tables: [(name: TableName, dimensions: [Dimension])]) -> SQL {
        var owners: [TableName] = []
        var names: [String] = []
        var keys: [String] = []
        for (table, dimensions) in tables {
            let time = dimensions.first?.column ?? ""
            let space = dimensions.dropFirst().first { $0.partitions != nil }?.column
            for columns in [[time]] + (space.map { [[$0, time]] } ?? []) {
                owners.append(table)
                names.append(([table.name] + columns + ["idx"]).joined(separator: "_"))
                keys.append(
                    columns.map { Quoting.identifier($0) + ($0 == time ? " DESC" : " ") }.joined(separator: ","))
            }
        }
        return """
            SELECT FROM unnest(\(owners.map { $0.schema ?? "" }), \(owners.map(\.name)),
                               \(names, type: "text[]"), \(keys, type: "text[]")) AS u (schema, owner, name, keys)
             WHERE u.schema = i.nspname AND u.owner = i.relname AND u.name = i.name AND u.keys = i.keys
            """
    }

    private static func columns(_ capabilities: Capabilities) -> SQL {
        """
        SELECT a.attrelid, 'column', a.attnum::bigint, \(raw: columnText(capabilities))
               || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
                                     WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
               || CASE WHEN a.attnotnull AND a.attidentity = '' THEN ' NOT NULL' ELSE '' END
          FROM pg_attribute a
          JOIN t ON t.oid = a.attrelid
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped
        """
    }

    /// The column `a` of type `y` with the default `d`, but whether it takes NULL, and whether it is an identity.
    static func columnText(_ capabilities: Capabilities) -> SQL {
        // Generated columns came with PostgreSQL 12.
        let generated: SQL = capabilities.serverVersion >= 120_000 ? "a.attgenerated" : "''"
        return """
            format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                   || CASE WHEN a.attcollation <> y.typcollation
                           THEN (SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                                   FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                                  WHERE c.oid = a.attcollation) ELSE '' END
                   || CASE WHEN \(raw: generated) = 's'
                           THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                           WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END
            """
    }

    /// The sequences that defaults use, but not those of identity columns: PostgreSQL creates these with the column.
    static let sequences: SQL = """
        SELECT used.relation, kind, s.oid::bigint, definition
          FROM (SELECT DISTINCT d.adrelid AS relation, p.refobjid AS oid
                  FROM pg_depend p JOIN own_default d ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
                 WHERE p.refclassid = 'pg_class'::regclass) AS used
          JOIN pg_class s ON s.oid = used.oid AND s.relkind = 'S'
          JOIN pg_sequence q ON q.seqrelid = s.oid
          LEFT JOIN pg_depend o
               ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.refclassid = 'pg_class'::regclass
                  AND o.deptype = 'a' AND o.refobjsubid > 0
         CROSS JOIN LATERAL (VALUES
               ('sequence', format('CREATE SEQUENCE IF NOT EXISTS %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s '
                                   'START %s CACHE %s%s', s.oid::regclass, format_type(q.seqtypid, NULL),
                                   q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache,
                                   CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)),
               ('ownership', (SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, a.attrelid::regclass,
                                            a.attname)
                                FROM pg_attribute a WHERE a.attrelid = o.refobjid AND a.attnum = o.refobjsubid))
               ) AS part (kind, definition)
        """

    /// The objects that the definition depends on. PostgreSQL's own are not in pg_depend; TimescaleDB's are left out,
    /// because they exist wherever TimescaleDB is.
    private static let needs: SQL = """
        SELECT DISTINCT o.relation, 'need', 0::bigint, pg_describe_object(p.refclassid, p.refobjid, 0)
          FROM (SELECT t.oid, 'pg_class'::regclass, t.oid FROM t
                 UNION ALL SELECT i.indrelid, 'pg_class'::regclass, i.indexrelid FROM own_index i
                 UNION ALL SELECT d.adrelid, 'pg_attrdef'::regclass, d.oid FROM own_default d
                 UNION ALL SELECT c.conrelid, 'pg_constraint'::regclass, c.oid
                             FROM own_constraint c WHERE c.contype <> 'f') AS o (relation, class, oid)
          JOIN pg_depend p ON p.classid = o.class AND p.objid = o.oid
         WHERE p.refclassid IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass,
                                'pg_collation'::regclass, 'pg_opclass'::regclass, 'pg_am'::regclass)
           AND NOT EXISTS (
                 SELECT FROM pg_depend e JOIN pg_extension x ON x.oid = e.refobjid
                  WHERE e.classid = p.refclassid AND e.objid = p.refobjid AND e.deptype = 'e'
                    AND e.refclassid = 'pg_extension'::regclass AND x.extname = 'timescaledb')
        """

    /// All other properties that the table has, except the column option `pg_attver`, which TimescaleDB sets itself.
    private static let omissions: SQL = """
        SELECT c.conrelid, 'omission', 1::bigint, format('constraint %I %s', c.conname, pg_get_constraintdef(c.oid))
          FROM own_constraint c WHERE c.contype NOT IN ('p', 'u', 'c', 'x')
        UNION ALL
        SELECT t.oid, 'omission', 2, format('trigger %I', g.tgname)
          FROM pg_trigger g JOIN t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal AND \(raw: DefinitionPart.isOwn)
        UNION ALL
        SELECT t.oid, 'omission', 3, format('row security policy %I', p.polname)
          FROM pg_policy p JOIN t ON t.oid = p.polrelid
        UNION ALL
        SELECT t.oid, 'omission', 4, format('rule %I', r.rulename) FROM pg_rewrite r JOIN t ON t.oid = r.ev_class
        UNION ALL
        SELECT t.oid, 'omission', 5, format('statistics %I', s.stxname)
          FROM pg_statistic_ext s JOIN t ON t.oid = s.stxrelid
        UNION ALL
        SELECT DISTINCT t.oid, 'omission', 6, format('privileges of %s', COALESCE(quote_ident(r.rolname), 'PUBLIC'))
          FROM t CROSS JOIN LATERAL aclexplode(t.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE a.grantee <> t.relowner
        UNION ALL
        SELECT DISTINCT o.relation, 'omission', 7,
               format('comment on %s', pg_describe_object(d.classoid, d.objoid, d.objsubid))
          FROM (SELECT t.oid, t.oid FROM t
                 UNION ALL SELECT i.indrelid, i.indexrelid FROM own_index i) AS o (relation, oid)
          JOIN pg_description d ON d.objoid = o.oid AND d.classoid = 'pg_class'::regclass
        UNION ALL
        SELECT t.oid, 'omission', 8, format('settings of column %I', a.attname)
          FROM pg_attribute a JOIN t ON t.oid = a.attrelid JOIN pg_type y ON y.oid = a.atttypid
         WHERE a.attnum > 0 AND NOT a.attisdropped
           AND (EXISTS (SELECT FROM unnest(a.attoptions) AS o WHERE o NOT LIKE 'pg_attver=%') OR a.attacl IS NOT NULL OR a.attstorage <> y.typstorage
                OR COALESCE(a.attstattarget, -1) >= 0)
        UNION ALL
        SELECT t.oid, 'omission', 9, x.what
          FROM t
         CROSS JOIN LATERAL (VALUES
               (t.relrowsecurity, 'row security'), (t.reloptions IS NOT NULL, 'storage parameters'),
               (t.reltablespace <> 0, 'tablespace'), (t.relpersistence = 'u', 'unlogged'),
               (t.relreplident <> 'd', 'replica identity')) AS x (applies, what)
         WHERE x.applies
        """
}
