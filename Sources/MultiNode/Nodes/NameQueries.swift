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

    /// What a query can read, with its columns, names quoted as SQL has them: users' tables and views, and what the system
    /// has that people look at. Internal schemas are left out, where chunks are.
    package static let columns: SQL = """
        SELECT c.oid::pg_catalog.regclass::text AS written,
               n.nspname IN ('pg_catalog', 'timescaledb_information', 'timescaledb_experimental') AS is_system,
               ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                      ORDER BY a.attnum) AS columns
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND n.nspname !~ '^(pg_toast|pg_temp|_timescaledb_|_tscl_)' AND n.nspname <> 'information_schema'
         ORDER BY 2, 1
         LIMIT \(mostNames)
        """

    /// The functions that need no schema, with the arguments of each form, the shortest first: those of extensions and
    /// users, and the best known of the system's.
    package static let functions: SQL = """
        SELECT pg_catalog.quote_ident(p.proname) AS name,
               pg_catalog.array_agg(pg_catalog.pg_get_function_arguments(p.oid) ORDER BY p.pronargs, p.oid) AS forms
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         WHERE pg_catalog.pg_function_is_visible(p.oid) AND p.proname !~ '^_'
               AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
               AND (n.nspname <> 'pg_catalog' OR p.proname = ANY (\(wellKnown, type: "text[]")))
         GROUP BY p.proname
         ORDER BY p.proname
         LIMIT \(mostNames)
        """

    private static let wellKnown = [
        "abs", "age", "array_agg", "avg", "bool_and", "bool_or", "ceil", "concat", "count", "current_database",
        "current_setting", "date_part", "date_trunc", "floor", "format", "generate_series", "jsonb_agg",
        "jsonb_build_object", "length", "lower", "max", "min", "now", "percentile_cont", "pg_cancel_backend",
        "pg_database_size", "pg_relation_size", "pg_size_pretty", "pg_sleep", "pg_terminate_backend",
        "pg_total_relation_size", "random", "regexp_replace", "replace", "round", "row_number", "set_config",
        "split_part", "string_agg", "substring", "sum", "to_char", "to_timestamp", "upper", "version",
    ]
}
