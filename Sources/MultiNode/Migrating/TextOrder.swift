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

    /// That of the database: one value.
    static let ofDatabase: SQL = """
        (WITH \(raw: all)
         SELECT o."order" FROM text_orders o WHERE o.oid = \(literal: standard))
        """

    /// DEFAULT_COLLATION_OID of PostgreSQL's pg_collation.dat: that of the database.
    private static let standard = 100
}
