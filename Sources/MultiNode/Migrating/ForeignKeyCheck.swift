/// That rows have what the foreign keys of their table refer to. Where they come without firing a trigger nobody looks, as
/// those of a key are triggers, too: a row that has it not would stay, and no dump of the table could be restored.
enum ForeignKeyCheck {
    /// Ends with `23503` (foreign_key_violation) where one has not. The tables that are referred to are kept as they are until
    /// the transaction ends.
    ///
    /// - Parameters:
    ///   - table: whose keys count.
    ///   - rows: with its columns, as FROM takes them.
    static func statement(of table: TableName, rows: SQL) -> SQL {
        let body: SQL = """
            DECLARE
              k pg_catalog.record;
              lacking pg_catalog.int8;
            BEGIN
              FOR k IN
                SELECT c.conname AS name, c.conrelid::pg_catalog.regclass AS child, c.confrelid::pg_catalog.regclass AS parent,
                       pg_catalog.string_agg(pg_catalog.format('p.%I OPERATOR(%I.%s) x.%I', b.attname, s.nspname, o.oprname, a.attname), ' AND ') AS is_same,
                       -- With MATCH FULL a row of which one column is NULL breaks it, and not one of which all are.
                       pg_catalog.string_agg(pg_catalog.format('x.%I IS NOT NULL', a.attname),
                                             CASE c.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END) AS refers
                  FROM pg_catalog.pg_constraint c
                 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey),
                                               pg_catalog.unnest(c.conpfeqop)) AS n (child, parent, operator)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = n.child
                  JOIN pg_catalog.pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = n.parent
                  JOIN pg_catalog.pg_operator o ON o.oid = n.operator
                  JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace
                 WHERE c.conrelid = \(literal: table.quoted)::pg_catalog.regclass AND c.contype = 'f'
                 GROUP BY c.oid, c.conname, c.conrelid, c.confrelid
                 ORDER BY c.conname
              LOOP
                EXECUTE pg_catalog.format('LOCK TABLE %s IN SHARE MODE', k.parent);
                EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s x WHERE (%s) AND NOT EXISTS (SELECT FROM %s p WHERE %s)',
                                          \(literal: rows.inlined), k.refers, k.parent, k.is_same) INTO lacking;
                IF lacking > 0 THEN
                  RAISE EXCEPTION 'insert or update on table "%" violates foreign key constraint "%"', k.child, k.name
                    USING ERRCODE = '23503', DETAIL = pg_catalog.format('%s rows have a key that is not in %s.', lacking, k.parent);
                END IF;
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }
}
