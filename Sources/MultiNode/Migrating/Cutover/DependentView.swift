/// A view over a table, or a function with a body that is parsed: it follows the table by its number, whatever that is
/// called, and so has to be made again to follow the name.
package struct DependentView: Sendable, Equatable {
    package enum Kind: String, Sendable { case view, materialized, function }

    package let kind: Kind
    package let name: TableName
    /// `SELECT …`, or the whole `CREATE OR REPLACE FUNCTION …`, with every name qualified, as it is before the exchange.
    let definition: String
    let options: [String]
    let owner: String
    /// Of a materialized one: its indexes, by name with their definitions.
    let indexes: [(name: String, definition: String)]
    let grants: [String]
    /// Of a view: the statements that make the defaults of its columns, its triggers and rules, and what its columns are granted
    /// for and commented with.
    let parts: [String]
    let comment: String?
    /// Of a function: its name with its arguments, as a statement names it.
    let signature: String?

    package static func == (first: DependentView, second: DependentView) -> Bool {
        first.name == second.name && first.definition == second.definition
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        kind = row["kind"].flatMap(Kind.init) ?? .view
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        definition = row["definition"] ?? ""
        options = row.array("options")
        owner = row["owner"] ?? ""
        indexes = zip(row.array("index_names"), row.array("index_definitions")).map { (name: $0, definition: $1) }
        grants = row.array("grants")
        parts = row.array("parts")
        comment = row["comment"]
        signature = row["signature"]
    }

    /// Those that name the table itself, or something that is remade with it, in the order in which they are made. The
    /// session's search path must be `pg_catalog`, so that all names are written in full.
    ///
    /// A materialized view gets another number when it is remade, and so do continuous aggregates; what is over these is
    /// in the list, too.
    ///
    /// - Parameter isWhole: whether views over views are in it, as another server needs them; in place they follow.
    package static func list(of table: TableName, isWhole: Bool = false) -> SQL {
        let remade: SQL = isWhole ? "IN ('m', 'v')" : "= 'm'"
        return """
            WITH RECURSIVE \(raw: DependentAggregate.tree(of: table)), remade (oid, depth) AS (
                SELECT * FROM (
                    SELECT pg_catalog.to_regclass(\(literal: table.quoted))::pg_catalog.oid, 0
                     UNION ALL
                    SELECT c.oid, t.depth
                      FROM tree t
                      JOIN pg_catalog.pg_namespace n ON n.nspname = t.user_view_schema
                      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.user_view_name) b
                 UNION ALL
                SELECT c.oid, r.depth + 1
                  FROM remade r
                  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid
                       AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                  JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
                  JOIN pg_catalog.pg_class c ON c.oid = w.ev_class AND c.oid <> r.oid AND c.relkind \(raw: remade)
            ), over (class, oid, depth) AS (
                SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, w.ev_class, pg_catalog.max(r.depth)
                  FROM remade r
                  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid
                       AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                  JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND w.ev_class <> r.oid
                 GROUP BY w.ev_class
                 UNION ALL
                SELECT d.classid, d.objid, pg_catalog.max(r.depth)
                  FROM remade r
                  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid
                       AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                  JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND p.prokind IN ('f', 'p')
                 GROUP BY d.classid, d.objid
            )
            SELECT * FROM (
                SELECT CASE c.relkind WHEN 'm' THEN 'materialized' ELSE 'view' END AS kind, n.nspname AS schema,
                       c.relname AS name, pg_catalog.pg_get_viewdef(c.oid) AS definition, c.reloptions AS options,
                       pg_catalog.pg_get_userbyid(c.relowner) AS owner, i.index_names, i.index_definitions, g.grants,
                       \(raw: parts) AS parts,
                       pg_catalog.obj_description(c.oid, 'pg_class') AS comment, NULL::text AS signature,
                       CASE WHEN c.relkind \(raw: remade) THEN o.depth ELSE 1000000 END AS position
                  FROM over o
                  JOIN pg_catalog.pg_class c ON c.oid = o.oid AND c.relkind IN ('v', 'm')
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 CROSS JOIN LATERAL (
                       SELECT pg_catalog.array_agg(x.relname::text ORDER BY x.oid) AS index_names,
                              pg_catalog.array_agg(pg_catalog.pg_get_indexdef(x.oid) ORDER BY x.oid) AS index_definitions
                         FROM pg_catalog.pg_index k JOIN pg_catalog.pg_class x ON x.oid = k.indexrelid
                        WHERE k.indrelid = c.oid) i
                 CROSS JOIN LATERAL (\(raw: grants)) g
                 WHERE o.class = 'pg_catalog.pg_class'::pg_catalog.regclass
                   AND NOT EXISTS (
                       SELECT FROM _timescaledb_catalog.continuous_agg a
                        WHERE (n.nspname, c.relname) IN ((a.user_view_schema, a.user_view_name),
                                                         (a.partial_view_schema, a.partial_view_name),
                                                         (a.direct_view_schema, a.direct_view_name)))
                 UNION ALL
                SELECT 'function', n.nspname, p.proname, pg_catalog.pg_get_functiondef(p.oid), NULL,
                       pg_catalog.pg_get_userbyid(p.proowner), NULL, NULL, \(raw: rights), NULL, NULL,
                       p.oid::pg_catalog.regprocedure::text, 2000000
                  FROM over o
                  JOIN pg_catalog.pg_proc p ON p.oid = o.oid AND o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
                  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace) f
             ORDER BY position, schema, name
            """
    }

    /// The statements that give routine `p` its owner, and those who may execute it, as an array.
    private static let rights: SQL = """
        ARRAY[pg_catalog.format('ALTER ROUTINE %s OWNER TO %I', p.oid::pg_catalog.regprocedure,
                                          pg_catalog.pg_get_userbyid(p.proowner))]
                   || CASE WHEN p.proacl IS NOT NULL
                           THEN ARRAY[pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', p.oid::pg_catalog.regprocedure)]
                                || ARRAY(SELECT pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO %s', p.oid::pg_catalog.regprocedure,
                                                CASE x.grantee WHEN 0 THEN 'PUBLIC'
                                                     ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
                                           FROM pg_catalog.aclexplode(p.proacl) x WHERE x.grantee <> p.proowner)
                           ELSE ARRAY[]::text[] END
        """

    /// The statements that make what belongs to view `c` besides, as an array.
    private static let parts: SQL = """
        ARRAY(SELECT pg_catalog.format('ALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT %s', n.nspname, c.relname, a.attname,
                                                      pg_catalog.pg_get_expr(d.adbin, d.adrelid))
                               FROM pg_catalog.pg_attrdef d
                               JOIN pg_catalog.pg_attribute a ON (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
                              WHERE d.adrelid = c.oid ORDER BY a.attnum)
                       || ARRAY(SELECT pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
                                 WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY t.oid)
                       || ARRAY(SELECT pg_catalog.pg_get_ruledef(w.oid) FROM pg_catalog.pg_rewrite w
                                 WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN' ORDER BY w.oid)
                       || ARRAY(SELECT pg_catalog.format('GRANT %s (%I) ON %I.%I TO %s%s', x.privilege_type, a.attname, n.nspname,
                                           c.relname, CASE x.grantee WHEN 0 THEN 'PUBLIC'
                                               ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
                                           CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
                                  FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x
                                 WHERE a.attrelid = c.oid AND NOT a.attisdropped AND x.grantee <> c.relowner
                                 ORDER BY a.attnum)
                       || ARRAY(SELECT pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, c.relname, a.attname,
                                           pg_catalog.col_description(c.oid, a.attnum))
                                  FROM pg_catalog.pg_attribute a
                                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                   AND pg_catalog.col_description(c.oid, a.attnum) IS NOT NULL
                                 ORDER BY a.attnum)
        """

    /// The statements that grant again what others may do with relation `c`, as an array.
    static let grants: SQL = """
        SELECT pg_catalog.array_agg(
                   pg_catalog.format('GRANT %s ON %I.%I TO %s%s', x.privilege_type, n.nspname, c.relname,
                       CASE x.grantee WHEN 0 THEN 'PUBLIC'
                            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
                       CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)) AS grants
          FROM pg_catalog.aclexplode(c.relacl) x
         WHERE x.grantee <> c.relowner
        """
}
