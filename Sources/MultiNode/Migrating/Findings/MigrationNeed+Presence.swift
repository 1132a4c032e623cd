extension MigrationNeed {
    /// The statement that makes the type `y`; null for one that can't be brought along.
    static let typeDefinition: SQL = """
        CASE y.typtype
              WHEN 'e' THEN (SELECT format('CREATE TYPE %s AS ENUM (%s)', format_type(y.oid, NULL),
                                           string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
                               FROM pg_enum e WHERE e.enumtypid = y.oid)
              WHEN 'd' THEN format('CREATE DOMAIN %s AS %s', format_type(y.oid, NULL), format_type(y.typbasetype, y.typtypmod))
                            || COALESCE((SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                                           FROM pg_collation c
                                           JOIN pg_namespace n ON n.oid = c.collnamespace
                                           JOIN pg_type b ON b.oid = y.typbasetype
                                          WHERE c.oid = y.typcollation AND c.oid <> b.typcollation), '')
                            || COALESCE(' DEFAULT ' || y.typdefault, '')
                            || CASE WHEN y.typnotnull THEN ' NOT NULL' ELSE '' END
                            || COALESCE((SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)), ''
                                                           ORDER BY c.conname)
                                           FROM pg_constraint c WHERE c.contypid = y.oid AND c.contype = 'c'), '')
              WHEN 'c' THEN (SELECT format('CREATE TYPE %s AS (%s)', format_type(y.oid, NULL),
                                           string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                                                      || COALESCE((SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                                                                     FROM pg_collation c
                                                                     JOIN pg_namespace n ON n.oid = c.collnamespace
                                                                     JOIN pg_type b ON b.oid = a.atttypid
                                                                    WHERE c.oid = a.attcollation
                                                                      AND c.oid <> b.typcollation), ''),
                                                      ', ' ORDER BY a.attnum))
                               FROM pg_attribute a
                               JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'c'
                              WHERE a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                             HAVING count(*) > 0) END
        """

    /// For the target, with a `search_path` of `pg_catalog` alone: which of the needs are there; types with their
    /// definitions.
    ///
    /// Names are compared, and not looked up: PostgreSQL refuses to look up a function of a type that is not there.
    package static func present(_ needs: [MigrationNeed]) -> SQL {
        """
        SELECT n.kind, n.name, n.bare, COALESCE(x.is_there, false) AS is_there,
               CASE n.kind WHEN 'type' THEN (SELECT \(raw: typeDefinition)
                                               FROM pg_type y
                                              WHERE y.typname = n.bare AND format_type(y.oid, NULL) = n.name) END AS definition
          FROM ROWS FROM (unnest(\(needs.map(\.kind.rawValue), type: "text[]")),
                          unnest(\(needs.map(\.name), type: "text[]")),
                          unnest(\(needs.map(\.bare), type: "text[]"))) AS n (kind, name, bare)
         CROSS JOIN LATERAL (SELECT CASE n.kind
               WHEN 'schema' THEN EXISTS (SELECT FROM pg_namespace s WHERE s.nspname = n.name)
               WHEN 'role' THEN EXISTS (SELECT FROM pg_roles r WHERE r.rolname = n.name)
               WHEN 'extension' THEN EXISTS (SELECT FROM pg_extension e WHERE e.extname = n.name)
               WHEN 'table' THEN to_regclass(n.name) IS NOT NULL
               WHEN 'type' THEN EXISTS (SELECT FROM pg_type y
                                         WHERE y.typname = n.bare AND format_type(y.oid, NULL) = n.name)
               WHEN 'function' THEN EXISTS (SELECT FROM pg_proc f
                                             WHERE f.proname = n.bare AND f.oid::regprocedure::text = n.name)
               WHEN 'operator' THEN EXISTS (SELECT FROM pg_operator o
                                             WHERE o.oprname = n.bare AND o.oid::regoperator::text = n.name)
               WHEN 'collation' THEN EXISTS (SELECT FROM pg_collation c JOIN pg_namespace s ON s.oid = c.collnamespace
                                              WHERE c.collname = n.bare AND format('%I.%I', s.nspname, c.collname) = n.name)
               WHEN 'operator class' THEN EXISTS (SELECT FROM pg_opclass o
                                                    JOIN pg_namespace s ON s.oid = o.opcnamespace
                                                    JOIN pg_am m ON m.oid = o.opcmethod
                                                   WHERE m.amname = n.bare AND format('%I.%I', s.nspname, o.opcname) = n.name)
               WHEN 'schema right' THEN EXISTS (SELECT FROM pg_namespace s
                                                 WHERE s.nspname = n.name
                                                   AND (n.bare = 'public' OR EXISTS (SELECT FROM pg_roles r
                                                                                      WHERE r.rolname = n.bare))
                                                   AND has_schema_privilege(n.bare, s.oid, 'USAGE'))
               END) AS x (is_there)
        """
    }
}
