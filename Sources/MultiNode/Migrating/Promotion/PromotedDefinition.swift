/// What the tables of a promoted node are, as far as the access node relies on it: their columns, constraints and whether they
/// may be compressed. Defaults and identities are not in it, as a promotion gives them to the node, and takes them back.
package enum PromotedDefinition {
    /// For the node, with a `search_path` of `pg_catalog` alone: `item`, each as it is told.
    static func items(_ record: PromotionRecord) -> SQL {
        let pairs = PromotionScript.pairs(record.tables)
        return """
            SELECT pg_catalog.format('%I.%I: column %I %s', n.nspname, c.relname, a.attname,
                       pg_catalog.format_type(a.atttypid, a.atttypmod))
                   || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                   || CASE WHEN a.attgenerated <> '' THEN ' GENERATED' ELSE '' END AS item
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE (n.nspname, c.relname) IN (\(raw: pairs))
            UNION ALL
            SELECT pg_catalog.format('%I.%I: constraint %I %s', n.nspname, c.relname, t.conname,
                       pg_catalog.pg_get_constraintdef(t.oid))
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_constraint t ON t.conrelid = c.oid
             WHERE (n.nspname, c.relname) IN (\(raw: pairs))
            UNION ALL
            SELECT pg_catalog.format('%I.%I: compression', h.schema_name, h.table_name)
              FROM _timescaledb_catalog.hypertable h
             WHERE (h.schema_name, h.table_name) IN (\(raw: pairs)) AND h.compression_state = 1
            """
    }

    /// For the node, once it is promoted, with a `search_path` of `pg_catalog` alone: what differs from then: `item`, and
    /// `is_new`, whether it is there now.
    package static func changes(_ record: PromotionRecord) -> SQL {
        """
        WITH now AS (\(raw: items(record))),
             before AS (SELECT pg_catalog.unnest(p.definition) AS item FROM tscl_migrate.promoted p)
        SELECT item, false AS is_new FROM (SELECT item FROM before EXCEPT SELECT item FROM now) gone
        UNION ALL
        SELECT item, true FROM (SELECT item FROM now EXCEPT SELECT item FROM before) new
         ORDER BY 1
        """
    }
}
