/// What a data node has of a chunk that is to be copied.
package struct SourceFacts: Sendable, Equatable {
    package let chunk: TableName
    /// The table of its compressed rows; nil where it is not compressed.
    package let compressed: TableName?
    /// The columns of that table and their types, in its order.
    package let compressedColumns: [(name: String, type: String)]
    /// `compression_chunk_size`, as `create_compressed_chunk` takes it; empty where it is not compressed.
    package let sizes: [Int]
    /// What each row of it fulfils, because it is in the chunk's slices.
    package let conditions: [String]
    /// Whether rows were added to the compressed ones since, so that they are out of order, as up to 2.9.
    package let isUnordered: Bool
    /// Whether it has a column that came with a default when rows were compressed already: these have nothing in it, and their
    /// value is what the chunk's entry in the catalog says, which no other chunk takes over.
    package let hasMissingValues: Bool
    /// How the text of its columns is ordered, by name, of ``TextOrder``, empty where that is not known; nil where no compressed
    /// row tells the smallest text that it has.
    let textOrders: [String: String]?
    /// Of all that belongs to it.
    package let bytes: Int

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        chunk = TableName(schema: row["schema"], name: row["name"] ?? "")
        compressed = row["compressed_name"].map { TableName(schema: row["compressed_schema"], name: $0) }
        compressedColumns = Array(zip(row.array("compressed_columns"), row.array("compressed_types")))
            .map { (name: $0.0, type: $0.1) }
        sizes = row.array("sizes").compactMap { Int($0) }
        conditions = row.array("conditions")
        isUnordered = row.flag("is_unordered")
        hasMissingValues = compressed != nil && row.flag("has_missing_values")
        textOrders = row["text_orders"].map { _ in
            Dictionary(zip(row.array("text_columns"), row.array("text_orders"))) { first, _ in first }
        }
        bytes = row.integer("bytes")
    }

    package static func == (one: SourceFacts, other: SourceFacts) -> Bool {
        one.chunk == other.chunk && one.compressed == other.compressed
            && one.compressedColumns.map(\.name) == other.compressedColumns.map(\.name)
            && one.conditions == other.conditions && one.isUnordered == other.isUnordered
            && one.hasMissingValues == other.hasMissingValues && one.textOrders == other.textOrders
    }

    /// Of a chunk's status: CHUNK_STATUS_COMPRESSED_UNORDERED of TimescaleDB's chunk.h.
    static let unordered = 2

    /// For a data node, with a `search_path` of `pg_catalog`: a row for each of the chunks that it has.
    package static func list(of chunks: [TableName]) -> SQL {
        """
        WITH \(raw: TextOrder.all)
        SELECT c.schema_name AS schema, c.table_name AS name, z.schema_name AS compressed_schema,
               z.table_name AS compressed_name, e.columns AS text_columns, e.orders AS text_orders,
               (pg_catalog.to_jsonb(c) ->> 'status')::int & \(literal: unordered) <> 0 AS is_unordered,
               \(raw: MissingValues.mayBe(in: "t")) AS has_missing_values, y.columns AS compressed_columns, y.types AS compressed_types,
               (SELECT ARRAY[u.uncompressed_heap_size, u.uncompressed_toast_size, u.uncompressed_index_size,
                             u.compressed_heap_size, u.compressed_toast_size, u.compressed_index_size,
                             COALESCE((pg_catalog.to_jsonb(u) ->> 'numrows_pre_compression')::bigint, 0),
                             COALESCE((pg_catalog.to_jsonb(u) ->> 'numrows_post_compression')::bigint, 0)]
                  FROM _timescaledb_catalog.compression_chunk_size u WHERE u.chunk_id = c.id) AS sizes,
               (SELECT pg_catalog.array_agg(pg_catalog.pg_get_expr(k.conbin, k.conrelid) ORDER BY k.conname)
                  FROM _timescaledb_catalog.chunk_constraint s
                  JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.conname = s.constraint_name
                 WHERE s.chunk_id = c.id AND s.dimension_slice_id IS NOT NULL AND k.contype = 'c') AS conditions,
               pg_catalog.pg_total_relation_size(t.oid) + COALESCE(pg_catalog.pg_total_relation_size(
                   pg_catalog.to_regclass(pg_catalog.quote_ident(z.schema_name) || '.' || pg_catalog.quote_ident(z.table_name))), 0) AS bytes
          FROM ROWS FROM (pg_catalog.unnest(\(chunks.map { $0.schema ?? "public" }, type: "name[]")),
                          pg_catalog.unnest(\(chunks.map(\.name), type: "name[]"))) AS w (schema, name)
          JOIN _timescaledb_catalog.chunk c ON c.schema_name = w.schema AND c.table_name = w.name AND NOT c.dropped
          JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.schema_name, c.table_name))
          LEFT JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id
          LEFT JOIN LATERAL (
               SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) AS columns,
                      pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS types,
                      pg_catalog.bool_or(a.attname ~ '^_ts_meta_(v2_)?min'
                                         AND \(raw: TextOrder.mayOrder("a.atttypid", "a.attcollation"))) AS orders_text
                 FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = pg_catalog.to_regclass(pg_catalog.quote_ident(z.schema_name) || '.' || pg_catalog.quote_ident(z.table_name))
                  AND a.attnum > 0 AND NOT a.attisdropped) y ON z.id IS NOT NULL
          LEFT JOIN LATERAL (
               SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) AS columns,
                      pg_catalog.array_agg(COALESCE(o."order", '') ORDER BY a.attnum) AS orders
                 FROM pg_catalog.pg_attribute a
                CROSS JOIN LATERAL (SELECT \(raw: TextOrder.collation(of: "a")) AS oid) k
                 LEFT JOIN text_orders o ON o.oid = k.oid
                WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND k.oid IS NOT NULL) e ON y.orders_text
        """
    }
}
