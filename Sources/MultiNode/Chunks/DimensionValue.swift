/// The values by which a dimension divides a hypertable: a column's, or what a function makes of them.
enum DimensionValue {
    /// The type, of a dimension `d` of the catalog: that of a function that the user has for the time is another one than the
    /// column's.
    static let type: SQL = """
        COALESCE((SELECT f.prorettype
                    FROM pg_catalog.pg_proc f
                    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
                   WHERE d.interval_length IS NOT NULL AND f.pronargs = 1
                     AND (fn.nspname, f.proname) = (d.partitioning_func_schema, d.partitioning_func)
                   ORDER BY f.proargtypes[0] = d.column_type DESC LIMIT 1), d.column_type)
        """

    /// The value of a row, as an expression of SQL. One that is NULL counts as 0 among hashes, and is none among times.
    static let expression: SQL = """
        CASE WHEN d.partitioning_func IS NULL THEN pg_catalog.quote_ident(d.column_name)
             WHEN d.interval_length IS NULL
             THEN pg_catalog.format('COALESCE(%I.%I(%I), 0)', d.partitioning_func_schema, d.partitioning_func, d.column_name)
             ELSE pg_catalog.format('%I.%I(%I)', d.partitioning_func_schema, d.partitioning_func, d.column_name) END
        """
}
