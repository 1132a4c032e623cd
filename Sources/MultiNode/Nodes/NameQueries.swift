/// What completion asks besides the lists that commands show.
package enum NameQueries {
    /// The nodes that take no new chunks of some hypertable: one column `node`.
    package static let blockedNodes: SQL = """
        SELECT DISTINCT node_name AS node
          FROM _timescaledb_catalog.hypertable_data_node
         WHERE block_chunks
         ORDER BY node_name
        """

    /// A database may have more tables than anybody completes.
    private static let mostTables = 2000

    /// The tables and views that people make: `schema`, `name`, and `written`, the name as SQL has it, with its schema
    /// where the search path does not find it.
    package static let tables: SQL = """
        SELECT n.nspname AS schema, c.relname AS name, c.oid::pg_catalog.regclass::text AS written,
               c.relkind IN ('r', 'p') AS is_table
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND n.nspname !~ '^(pg_|_timescaledb_|timescaledb_|_tscl_)' AND n.nspname <> 'information_schema'
         ORDER BY 3
         LIMIT \(mostTables)
        """
}
