/// What a chunk has instead of values of its rows: a column that was added with a default is in no row that was there before.
///
/// For rows that were compressed by then the value is in the catalog alone, as an attribute of the chunk
/// (`pg_attribute.attmissingval`). TimescaleDB's copies of the chunk have no such attribute, and NULL in these rows.
package enum MissingValues {
    /// Whether a chunk has such a column, compressed or not.
    ///
    /// - Parameter table: the name that its `pg_class` has in the query.
    static func mayBe(in table: SQL) -> SQL {
        """
        EXISTS (SELECT FROM pg_catalog.pg_attribute v
                        WHERE v.attrelid = \(raw: table).oid AND v.attnum > 0 AND NOT v.attisdropped AND v.atthasmissing)
        """
    }

    /// For a data node: the numbers of those chunks of which compressed rows lack a value that the catalog has, in their order.
    ///
    /// What their columns are called is known only then: the query is made from its text, as that of
    /// ``NodeMovingContents/query(chunks:parents:tables:sources:copied:)``.
    package static func list(among chunks: [TableName]) -> SQL {
        """
        SELECT n.number
          FROM \(raw: TableName.list(chunks))
          JOIN _timescaledb_catalog.chunk c ON c.schema_name = n.schema AND c.table_name = n.name AND NOT c.dropped
          JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id
         CROSS JOIN LATERAL (
               SELECT w.attrelid AS relation, pg_catalog.string_agg(pg_catalog.format('%I IS NULL', v.attname), ' OR ') AS condition
                 FROM pg_catalog.pg_attribute v
                 JOIN pg_catalog.pg_attribute w ON w.attname = v.attname AND NOT w.attisdropped
                 JOIN pg_catalog.pg_type y ON y.oid = w.atttypid AND y.typname = 'compressed_data'
                WHERE v.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.schema_name, c.table_name))
                  AND w.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', z.schema_name, z.table_name))
                  AND v.attnum > 0 AND NOT v.attisdropped AND v.atthasmissing
                GROUP BY w.attrelid) v
         WHERE CASE WHEN pg_catalog.has_table_privilege(v.relation, 'SELECT')
                    THEN EXISTS (SELECT FROM pg_catalog.ts_stat(pg_catalog.format(
                             'SELECT pg_catalog.array_to_tsvector(ARRAY[''x''::text]) FROM ONLY %I.%I WHERE %s LIMIT 1',
                             z.schema_name, z.table_name, v.condition))) END
        """
    }

    /// What is so with a chunk.
    package static func text(_ chunk: TableName) -> String {
        "a column was added with a default when rows of \(chunk.shownName) were compressed already, and a copy would have NULL there"
    }

    /// What puts the values into the rows. Each statement waits for those that write to the chunk.
    package static func remedy(_ chunk: TableName) -> String {
        let name = Quoting.literal(chunk.quoted)
        return "sql SELECT decompress_chunk(\(name), true); sql SELECT compress_chunk(\(name), true)"
    }
}
