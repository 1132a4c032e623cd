/// A chunk whose only copy is on one data node, and so is lost with it.
package struct LostChunk: Sendable, Equatable {
    /// In the catalog of the access node.
    package let id: Int
    package let name: TableName
    package let table: TableName
    /// As PostgreSQL writes times, or numbers.
    package let rangeStart: String
    package let rangeEnd: String
    /// The same as the catalog has it, to be compared.
    let start: Int
    let end: Int
    /// When it was last analyzed; nil where that is not known.
    package let rows: Int?
    /// Of its table alone, then; nil where that is not known.
    package let bytes: Int?

    /// - Parameter row: of ``list(on:_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        id = row.integer("id")
        name = TableName(schema: row["schema"], name: row["name"] ?? "")
        table = TableName(schema: row["table_schema"], name: row["table_name"] ?? "")
        rangeStart = row["range_start"] ?? ""
        rangeEnd = row["range_end"] ?? ""
        start = row.integer("first")
        end = row.integer("last")
        rows = row.optionalInteger("rows")
        bytes = row.optionalInteger("bytes")
    }

    /// For the access node: those of one data node by hypertable and range. What is known of their rows came from the
    /// node by the last ANALYZE of the hypertable.
    package static func list(on node: String, _ capabilities: Capabilities) -> SQL {
        """
        SELECT c.id, c.schema_name AS schema, c.table_name AS name, h.schema_name AS table_schema, h.table_name,
               \(raw: ChunkSlice.text("s.range_start", capabilities)) AS range_start,
               \(raw: ChunkSlice.text("s.range_end", capabilities)) AS range_end, s.range_start AS first, s.range_end AS last,
               CASE WHEN t.reltuples > 0 THEN t.reltuples::bigint END AS rows,
               CASE WHEN t.reltuples > 0
                    THEN t.relpages * pg_catalog.current_setting('block_size')::bigint END AS bytes
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.dimension d ON d.id = (\(raw: ChunkedTable.firstDimension))
          JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = h.id AND NOT c.dropped
          JOIN _timescaledb_catalog.chunk_constraint k ON k.chunk_id = c.id
          JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id AND s.dimension_id = d.id
          JOIN (SELECT chunk_id
                  FROM _timescaledb_catalog.chunk_data_node
                 GROUP BY chunk_id
                HAVING pg_catalog.array_agg(node_name::text) = ARRAY[\(node, type: "text")]) n ON n.chunk_id = c.id
          LEFT JOIN pg_catalog.pg_namespace p ON p.nspname = c.schema_name
          LEFT JOIN pg_catalog.pg_class t ON t.relnamespace = p.oid AND t.relname = c.table_name
         WHERE h.replication_factor > 0
         ORDER BY h.schema_name, h.table_name, s.range_start, c.id
        """
    }
}

/// What is lost of one hypertable.
package struct LostPart: Sendable {
    package let table: TableName
    package let chunks: Int
    /// The ranges that they cover, each without a gap, in which chunks may be that have copies elsewhere.
    package let ranges: [(start: String, end: String)]
    /// Of the chunks of which they are known.
    package let rows: Int
    package let bytes: Int
    /// Of how many chunks nothing is known.
    package let unknown: Int

    /// - Parameter chunks: by hypertable and range.
    package static func list(_ chunks: [LostChunk]) -> [LostPart] {
        var parts: [LostPart] = []
        var rest = chunks[...]
        while let first = rest.first {
            let own = rest.prefix { $0.table == first.table }
            rest = rest.dropFirst(own.count)
            parts.append(
                LostPart(
                    table: first.table, chunks: own.count, ranges: ranges(of: own),
                    rows: own.reduce(0) { $0 + ($1.rows ?? 0) }, bytes: own.reduce(0) { $0 + ($1.bytes ?? 0) },
                    unknown: own.count { $0.rows == nil }))
        }
        return parts
    }

    private static func ranges(of chunks: ArraySlice<LostChunk>) -> [(start: String, end: String)] {
        var ranges: [(start: String, end: String)] = []
        var end: Int?
        for chunk in chunks {
            if let last = end, chunk.start <= last {
                guard chunk.end > last else { continue }
                ranges[ranges.count - 1].end = chunk.rangeEnd
            } else {
                ranges.append((chunk.rangeStart, chunk.rangeEnd))
            }
            end = chunk.end
        }
        return ranges
    }
}
