/// What a data node tells about its copy of a chunk without reading it.
package struct ChunkEstimate: Sendable, Equatable {
    /// The number of the chunk there.
    package let number: Int
    /// On disk, with indexes, TOAST and compressed rows.
    package let bytes: Int64
    /// As it was last analyzed, and as it was compressed; nil where neither was done.
    package let rows: Int64?
    package let isCompressed: Bool

    /// - Parameter row: of ``list(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        number = row.integer("chunk")
        bytes = row["bytes"].flatMap { Int64($0) } ?? 0
        rows = row["rows"].flatMap { Int64($0) }
        isCompressed = row.flag("compressed")
    }

    /// For a data node: one row for each of the chunks that is there.
    ///
    /// - Parameter numbers: of the chunks there.
    package static func list(_ numbers: [Int]) -> SQL {
        """
        SELECT n.id AS chunk, c.compressed_chunk_id IS NOT NULL AS compressed,
               COALESCE(pg_catalog.pg_total_relation_size(t.oid), 0)
                   + COALESCE(pg_catalog.pg_total_relation_size(kt.oid), 0) AS bytes,
               CASE WHEN z.numrows_pre_compression IS NOT NULL
                    THEN z.numrows_pre_compression + GREATEST(t.reltuples, 0)::bigint
                    WHEN t.reltuples > 0 OR t.relpages > 0 THEN t.reltuples::bigint END AS rows
          FROM pg_catalog.unnest(\(numbers.map(String.init), type: "int[]")) AS n (id)
          JOIN _timescaledb_catalog.chunk c ON c.id = n.id AND NOT c.dropped
          JOIN pg_catalog.pg_namespace s ON s.nspname = c.schema_name
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = c.table_name
          LEFT JOIN _timescaledb_catalog.compression_chunk_size z ON z.chunk_id = c.id
          LEFT JOIN _timescaledb_catalog.chunk k ON k.id = c.compressed_chunk_id
          LEFT JOIN pg_catalog.pg_namespace ks ON ks.nspname = k.schema_name
          LEFT JOIN pg_catalog.pg_class kt ON kt.relnamespace = ks.oid AND kt.relname = k.table_name
        """
    }
}
