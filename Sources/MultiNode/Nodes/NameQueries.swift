/// Queries for completion, besides the lists that commands show.
package enum NameQueries {
    /// The nodes that are blocked for new chunks of at least one hypertable: one column `node`.
    package static let blockedNodes: SQL = """
        SELECT DISTINCT node_name AS node
          FROM _timescaledb_catalog.hypertable_data_node
         WHERE block_chunks
         ORDER BY node_name
        """

    /// The newest chunks of distributed hypertables: one column `name`. It reads no more of the catalog than it returns.
    package static let chunks: SQL = """
        SELECT c.table_name AS name
          FROM _timescaledb_catalog.chunk c
         WHERE NOT c.dropped
               AND EXISTS (SELECT FROM _timescaledb_catalog.chunk_data_node n WHERE n.chunk_id = c.id)
         ORDER BY c.id DESC
         LIMIT \(mostNames)
        """

    /// The copies and moves of chunks that the access node has a record of: one column `name`.
    package static let copies: SQL = """
        SELECT operation_id AS name
          FROM _timescaledb_catalog.chunk_copy_operation
         ORDER BY operation_id
         LIMIT \(mostNames)
        """

    /// A limit, because a database may have more of them than anybody would complete.
    private static let mostNames = 2000

    /// Users' tables and views. `written` is the name for SQL, with its schema only if the search path needs it.
    package static let tables: SQL = """
        SELECT n.nspname AS schema, c.relname AS name, c.oid::pg_catalog.regclass::text AS written,
               c.relkind IN ('r', 'p') AS is_table
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND n.nspname !~ '^(pg_|_timescaledb_|timescaledb_|_tscl_)' AND n.nspname <> 'information_schema'
         ORDER BY 3
         LIMIT \(mostNames)
        """
}
