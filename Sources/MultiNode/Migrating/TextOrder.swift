/// How a server orders text, as far as that can be told: compressed rows are sorted, and their batches have a smallest and a
/// largest value, which holds only where text is ordered alike.
enum TextOrder {
    /// In a WITH, `text_orders`: for each collation, `oid`, the `order` that it is, NULL where it is not known.
    ///
    /// That of the bytes is the same everywhere. Of another one its provider's version counts, too: the libraries change it.
    static let all: SQL = """
        text_providers AS MATERIALIZED (
               SELECT p.provider, (SELECT pg_catalog.pg_collation_actual_version(v.oid) FROM pg_catalog.pg_collation v
                                    WHERE v.collprovider = p.provider
                                      AND pg_catalog.pg_collation_actual_version(v.oid) IS NOT NULL LIMIT 1) AS version
                 FROM (VALUES ('c'::"char"), ('i'::"char")) p (provider)),
             text_orders AS MATERIALIZED (
               SELECT o.oid,
                      CASE WHEN o.provider = 'b' THEN 'C'
                           WHEN o.provider = 'c' AND o.locale IN ('c', 'posix', 'c.utf8') THEN 'C'
                           ELSE o.provider || ' ' || o.locale || ' ' || o.rules || ' ' || p.version END AS "order"
                 FROM (SELECT k.oid, x.provider,
                              pg_catalog.lower(pg_catalog.replace(
                                  CASE WHEN x.provider = 'c' THEN COALESCE(k.collcollate, d.datcollate)
                                       ELSE COALESCE(x.k ->> 'colliculocale', x.k ->> 'colllocale', x.k ->> 'collcollate',
                                                     x.d ->> 'daticulocale', x.d ->> 'datlocale') END, '-', '')) AS locale,
                              COALESCE(x.k ->> 'collicurules', x.d ->> 'daticurules', '') || (x.k ->> 'collisdeterministic') AS rules
                         FROM pg_catalog.pg_collation k
                         LEFT JOIN pg_catalog.pg_database d
                           ON k.collprovider = 'd' AND d.datname = pg_catalog.current_database()
                        CROSS JOIN LATERAL (
                              SELECT CASE WHEN k.collprovider = 'd'
                                          THEN COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c')
                                          ELSE k.collprovider::text END AS provider,
                                     pg_catalog.to_jsonb(d) AS d,
                                     CASE WHEN k.collprovider = 'd' THEN '{"collisdeterministic": true}'::pg_catalog.jsonb
                                          ELSE pg_catalog.to_jsonb(k) END AS k) x) o
                 LEFT JOIN text_providers p ON p.provider::text = o.provider)
        """

    /// The types whose values are ordered alike on every server. Of all others the order may be that of a text within: `jsonb`, a
    /// range or a composite type compares it as the database orders text, or as the type's collation does.
    private static let apart = [
        "bool", "bytea", "\"char\"", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "money", "uuid",
        "date", "time",
        "timetz", "timestamp", "timestamptz", "interval", "inet", "cidr", "macaddr", "macaddr8", "bit", "varbit",
    ]

    /// Whether values of a type may be ordered by text.
    ///
    /// - Parameters:
    ///   - type: its oid.
    ///   - collation: of the column.
    static func mayOrder(_ type: SQL, _ collation: SQL) -> SQL {
        let names = apart.map { "pg_catalog.\($0)" }
        return """
            (\(raw: collation) <> 0
             OR \(raw: type) <> ALL (\(literal: ArrayText.text(names))::pg_catalog.regtype[]::pg_catalog.oid[])
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = \(raw: type) AND e.typtype = 'e'))
            """
    }

    /// By which collation a column's values are ordered, its own or the database's, where ``mayOrder(_:_:)``; else NULL.
    ///
    /// - Parameter column: of pg_attribute.
    static func collation(of column: SQL) -> SQL {
        let own: SQL = "\(raw: column).attcollation"
        return """
            CASE WHEN \(raw: mayOrder("\(raw: column).atttypid", own))
                                 THEN COALESCE(NULLIF(\(raw: own), 0), \(literal: standard)) END
            """
    }

    /// That of the database: one value.
    static let ofDatabase: SQL = """
        (WITH \(raw: all)
         SELECT o."order" FROM text_orders o WHERE o.oid = \(literal: standard))
        """

    /// DEFAULT_COLLATION_OID of PostgreSQL's pg_collation.dat: that of the database.
    private static let standard = 100
}
