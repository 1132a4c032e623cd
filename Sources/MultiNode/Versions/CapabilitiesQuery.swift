extension Capabilities {
    /// Reads everything in one round trip, on PostgreSQL 11 and later, with or without the extension, as any role.
    ///
    /// A query that names a missing relation fails, and so does one that names a function that the role may not call,
    /// even if it does not call it. `ts_stat` (PostgreSQL manual, "Gathering Document Statistics") runs a query from
    /// its text, so the item that needs this is read only if it is readable.
    package static let query: SQL = """
        SELECT pg_catalog.current_setting('server_version_num') AS server_version,
               e.extversion AS extension_version,
               n.nspname AS extension_schema,
               pg_catalog.current_database() AS database,
               current_user AS "user",
               pg_catalog.current_setting('is_superuser') AS superuser,
               pg_catalog.pg_is_in_recovery() AS in_recovery,
               pg_catalog.current_setting('max_prepared_transactions') AS max_prepared_transactions,
               pg_catalog.current_setting('max_connections') AS max_connections,
               pg_catalog.current_setting('wal_level') AS wal_level,
               \(raw: RestrictedSetting.preloadedLibraries.expression)
                   AS shared_preload_libraries,
               pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
               d.datcollate AS collation,
               d.datctype AS ctype,
               (SELECT pg_catalog.count(*)
                  FROM pg_catalog.pg_foreign_server s
                  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
                 WHERE w.fdwname = 'timescaledb_fdw') AS data_nodes,
               ARRAY(SELECT pn.nspname || '.' || p.proname || '('
                            || COALESCE(pg_catalog.array_to_string(p.proargnames, ','), '') || ')'
                       FROM pg_catalog.pg_proc p
                       JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
                      WHERE p.proname IN ('add_data_node', 'alter_data_node', 'delete_data_node', 'detach_data_node',
                                          'block_new_chunks', 'copy_chunk', 'create_distributed_restore_point',
                                          'ping_data_node', 'remote_txn_heal_data_node', 'tscl_emulator', 'alter_job')
                        AND (pn.nspname IN ('_timescaledb_functions', '_timescaledb_internal',
                                            'timescaledb_experimental')
                             OR pn.nspname = COALESCE(n.nspname, 'public'))
                      ORDER BY 1) AS functions,
               \(raw: ServerIdentity.columns),
               CASE WHEN (SELECT pg_catalog.has_schema_privilege(mn.oid, 'USAGE')
                                 AND pg_catalog.has_table_privilege(m.oid, 'SELECT')
                            FROM pg_catalog.pg_class m
                            JOIN pg_catalog.pg_namespace mn ON mn.oid = m.relnamespace
                           WHERE mn.nspname = '_timescaledb_catalog' AND m.relname = 'metadata')
                    THEN (SELECT pg_catalog.string_agg(word, ' ' ORDER BY word) FROM pg_catalog.ts_stat(
                          'SELECT pg_catalog.array_to_tsvector(ARRAY[key::text || ''='' || value])
                             FROM _timescaledb_catalog.metadata WHERE key::text IN (''uuid'', ''dist_uuid'')'))
               END AS metadata
          FROM pg_catalog.pg_database d
          LEFT JOIN pg_catalog.pg_extension e ON e.extname = 'timescaledb'
          LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
         WHERE d.datname = pg_catalog.current_database()
        """
}
