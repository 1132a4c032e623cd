/// Queries for completion, besides the lists that commands show.
package enum NameQueries {
    /// The nodes that are blocked for new chunks of at least one hypertable: one column `node`.
    package static let blockedNodes: SQL = """
        SELECT DISTINCT node_name AS node
          FROM _timescaledb_catalog.hypertable_data_node
         WHERE block_chunks
         ORDER BY node_name
        """

    /// A limit, because a database may have more tables than anybody would complete.
    private static let mostTables = 2000

    /// Users' tables and views. `written` is the name for SQL, with its schema only if the search path needs it.
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
