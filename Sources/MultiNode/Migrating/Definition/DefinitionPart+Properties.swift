extension DefinitionPart {
    /// What ALTER TABLE sets. The column option `pg_attver` is TimescaleDB's own.
    static let settings: SQL = """
        SELECT a.attrelid, 'column option', a.attnum, NULL, a.attname, NULL, format('ALTER COLUMN %I %s', a.attname, x.change), NULL
          FROM own_column a
          JOIN pg_type y ON y.oid = a.atttypid
         CROSS JOIN LATERAL (VALUES
               (CASE WHEN COALESCE(a.attstattarget, -1) >= 0 THEN format('SET STATISTICS %s', a.attstattarget) END),
               (CASE WHEN a.attstorage <> y.typstorage
                     THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                                              WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
               ('SET COMPRESSION ' || CASE a.compression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END),
               ((SELECT format('SET (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', '))
                   FROM pg_options_to_table(a.attoptions) o
                  WHERE o.option_name <> 'pg_attver'
                 HAVING count(*) > 0))) AS x (change)
         WHERE x.change IS NOT NULL
        UNION ALL
        SELECT t.oid, 'option', x.place, NULL, NULL, NULL, x.change, NULL
          FROM t
          LEFT JOIN pg_class o ON o.oid = t.reltoastrelid
         CROSS JOIN LATERAL (VALUES
               (1, (SELECT format('SET (%s)', string_agg(format('%I = %L', p.option_name, p.option_value), ', '))
                      FROM pg_options_to_table(t.reloptions) p HAVING count(*) > 0)),
               (2, (SELECT format('SET (%s)', string_agg(format('toast.%I = %L', p.option_name, p.option_value), ', '))
                      FROM pg_options_to_table(o.reloptions) p HAVING count(*) > 0)),
               (3, CASE t.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL'
                                       WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' END)) AS x (place, change)
         WHERE x.change IS NOT NULL
        """

    /// Who may do what with the table, its columns and its sequences, besides the owner.
    static let grants: SQL = """
        SELECT x.relation, 'grant', x.place, NULL, r.rolname,
               string_agg(a.privilege_type || x.columns, ', ' ORDER BY a.privilege_type), NULL,
               CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END
          FROM (SELECT t.oid, t.relowner, 0, t.relacl, '' FROM t
                 UNION ALL
                SELECT c.attrelid, c.relowner, c.attnum, c.attacl, format(' (%I)', c.attname)
                  FROM own_column c) AS x (relation, owner, place, acl, columns)
         CROSS JOIN LATERAL aclexplode(x.acl) a
          LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE a.grantee <> x.owner AND (a.grantee = 0 OR r.oid IS NOT NULL)
         GROUP BY x.relation, x.place, r.rolname, a.is_grantable
        UNION ALL
        SELECT s.relation, 'sequence grant', s.oid, s.nspname, s.relname,
               string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), r.rolname,
               CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END
          FROM own_sequence s
         CROSS JOIN LATERAL aclexplode(s.relacl) a
          LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE a.grantee <> s.relowner AND (a.grantee = 0 OR r.oid IS NOT NULL)
         GROUP BY s.relation, s.oid, s.nspname, s.relname, r.rolname, a.is_grantable
        UNION ALL
        SELECT t.oid, 'revoke', 0, NULL, NULL, string_agg(p.name, ', ' ORDER BY p.name), NULL, NULL
          FROM t
         CROSS JOIN LATERAL (SELECT a.privilege_type
                               FROM aclexplode(acldefault('r', t.relowner)) a
                             EXCEPT
                             SELECT a.privilege_type
                               FROM aclexplode(COALESCE(t.relacl, acldefault('r', t.relowner))) a
                              WHERE a.grantee = t.relowner) AS p (name)
         GROUP BY t.oid
        """

    static let comments: SQL = """
        SELECT x.relation, 'comment', x.place, x.schema, x.name, x.what, d.description, NULL
          FROM (SELECT t.oid, 1, 'pg_class'::regclass, t.oid, 0, NULL::name, NULL::name, 'TABLE' FROM t
                 UNION ALL
                SELECT c.attrelid, 2, 'pg_class'::regclass, c.attrelid, c.attnum, NULL, c.attname, 'COLUMN' FROM own_column c
                 UNION ALL
                SELECT i.indrelid, 3, 'pg_class'::regclass, i.indexrelid, 0, NULL, i.name, 'INDEX' FROM own_index i
                 UNION ALL
                SELECT t.oid, 4, 'pg_constraint'::regclass, c.oid, 0, NULL, c.conname, 'CONSTRAINT'
                  FROM pg_constraint c JOIN t ON t.oid = c.conrelid
                 UNION ALL
                SELECT g.tgrelid, 5, 'pg_trigger'::regclass, g.oid, 0, NULL, g.tgname, 'TRIGGER' FROM own_trigger g
                 UNION ALL
                SELECT s.stxrelid, 6, 'pg_statistic_ext'::regclass, s.oid, 0, s.nspname, s.stxname, 'STATISTICS'
                  FROM own_statistics s) AS x (relation, place, class, object, part, schema, name, what)
          JOIN pg_description d ON d.classoid = x.class AND d.objoid = x.object AND d.objsubid = x.part
        """
}
