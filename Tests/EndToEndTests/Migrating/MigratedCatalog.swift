import Foundation

/// What the catalogs have of a hypertable, whatever the new one of a migration is called.
enum MigratedCatalog {
    /// Rows of one text each.
    ///
    /// - Parameter table: as SQL names it.
    static func query(of table: String) -> String {
        """
        WITH t AS (SELECT c.*, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.oid = '\(table)'::regclass),
        i AS (SELECT x.*, c.relname, c.reloptions FROM pg_index x JOIN t ON t.oid = x.indrelid JOIN pg_class c ON c.oid = x.indexrelid)
        SELECT replace(array_to_string(what || facts, ' | ', '-'), '__new', '') AS fact FROM (
          SELECT 'table', ARRAY[r.rolname, t.reloptions::text, o.reloptions::text, t.relreplident::text, obj_description(t.oid, 'pg_class')]::text[]
            FROM t JOIN pg_roles r ON r.oid = t.relowner LEFT JOIN pg_class o ON o.oid = t.reltoastrelid
          UNION ALL
          SELECT 'column', ARRAY[a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity::text, a.attgenerated::text,
                 a.attcollation::regcollation::text, a.attstorage::text, a.attcompression::text, a.attstattarget::text,
                 (SELECT string_agg(x, ',') FROM unnest(a.attoptions) x WHERE x NOT LIKE 'pg_attver%'),
                 pg_get_expr(d.adbin, d.adrelid), col_description(t.oid, a.attnum)]::text[]
            FROM pg_attribute a JOIN t ON t.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
           WHERE a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT 'constraint', ARRAY[c.conname, pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint')]::text[]
            FROM pg_constraint c JOIN t ON t.oid = c.conrelid
          UNION ALL
          SELECT 'index', ARRAY[pg_get_indexdef(i.indexrelid), i.reloptions::text, i.indisclustered::text, i.indisreplident::text,
                 obj_description(i.indexrelid, 'pg_class'), (SELECT string_agg(a.attstattarget::text, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.indexrelid)]::text[]
            FROM i
          UNION ALL
          SELECT 'trigger', ARRAY[pg_get_triggerdef(g.oid), g.tgenabled::text, obj_description(g.oid, 'pg_trigger')]::text[]
            FROM pg_trigger g JOIN t ON t.oid = g.tgrelid
           WHERE NOT g.tgisinternal AND g.tgname NOT LIKE 'ts\\_%'
          UNION ALL
          SELECT 'statistics', ARRAY[pg_get_statisticsobjdef(s.oid), s.stxstattarget::text, s.stxowner::regrole::text, obj_description(s.oid, 'pg_statistic_ext')]::text[]
            FROM pg_statistic_ext s JOIN t ON t.oid = s.stxrelid
          UNION ALL
          SELECT 'identity', ARRAY[q::text]::text[] FROM t
            JOIN pg_depend p ON p.refobjid = t.oid AND p.deptype = 'i' AND p.classid = 'pg_class'::regclass
            JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S'
           CROSS JOIN LATERAL (SELECT s.relname, z.seqstart, z.seqincrement, z.seqmax, z.seqmin, z.seqcache, z.seqcycle FROM pg_sequence z WHERE z.seqrelid = s.oid) q
          UNION ALL
          SELECT 'grant', ARRAY[x.attname, a.grantee::regrole::text, a.privilege_type, a.is_grantable::text]::text[]
            FROM (SELECT '' AS attname, relacl FROM t UNION ALL SELECT c.attname, c.attacl FROM pg_attribute c JOIN t ON t.oid = c.attrelid) x
           CROSS JOIN LATERAL aclexplode(x.relacl) a
          UNION ALL
          SELECT 'dimension', ARRAY[d.column_name, d.interval_length::text, d.num_slices::text, d.partitioning_func, d.integer_now_func]::text[]
            FROM _timescaledb_catalog.dimension d JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
            JOIN t ON h.schema_name = t.nspname AND h.table_name = t.relname
          UNION ALL
          SELECT 'compression', ARRAY[z.attname, z.segmentby_column_index::text, z.orderby_column_index::text, z.orderby_asc::text, z.orderby_nullsfirst::text]::text[]
            FROM timescaledb_information.compression_settings z JOIN t ON z.hypertable_schema = t.nspname AND z.hypertable_name = t.relname
        ) AS f (what, facts) ORDER BY 1
        """
    }
}
