/// Compressed chunks that an earlier tscl has carried to where they are, with rows that were added to them since they were
/// compressed: TimescaleDB up to 2.10 compresses each by itself, and notes of the chunk that it is out of order. The note did
/// not come along, and what is sorted by the order of the batches, as of ORDER BY … LIMIT, is wrong there.
package enum DisorderedChunks {
    /// For any server with TimescaleDB: the chunks that may be such ones, by the names that tscl gives: `schema` and `name` of
    /// the hypertable, `chunk_schema` and `chunk_name`, and of the table of its compressed rows `rows_schema` and `rows_name`.
    package static let candidates: SQL = """
        SELECT h.schema_name AS schema, h.table_name AS name, c.schema_name AS chunk_schema, c.table_name AS chunk_name,
               z.schema_name AS rows_schema, z.table_name AS rows_name
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
          JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id
         WHERE z.table_name LIKE '\\_tscl\\_%\\_compressed'
           AND (pg_catalog.to_jsonb(c) ->> 'status')::int & \(literal: SourceFacts.unordered) = 0
         ORDER BY 1, 2, 3, 4
        """

    /// For the same server: whether each of them has such rows, in their order, one column `is_one`. A row that was compressed by
    /// itself has the number 0 among the batches (TimescaleDB 2.9, `compress_singlerow` in tsl/src/compression/compression.c);
    /// those that were compressed together begin with 10. No values are decompressed.
    ///
    /// - Parameter rows: of ``candidates``, at least one.
    package static func question(_ rows: [[String: String?]]) -> SQL {
        let parts = rows.enumerated().map { index, row -> SQL in
            let row = Row(row)
            let table = TableName(schema: row["rows_schema"], name: row["rows_name"] ?? "")
            return """
                SELECT \(literal: index) AS number, EXISTS (SELECT FROM \(qualified: table) WHERE _ts_meta_sequence_num = 0) AS is_one
                """
        }
        return "SELECT is_one FROM (\(raw: parts.joined(separator: " UNION ALL "))) x ORDER BY number"
    }

    /// - Parameters:
    ///   - rows: of ``candidates``.
    ///   - answers: to ``question(_:)``.
    package static func obstacles(_ rows: [[String: String?]], _ answers: [[String: String?]]) -> [UpdateObstacle] {
        let found = zip(rows, answers).filter { Row($0.1).flag("is_one") }.map { Row($0.0) }
        let tables = Dictionary(grouping: found) { TableName(schema: $0["schema"], name: $0["name"] ?? "") }
        return tables.sorted { $0.key.shownName < $1.key.shownName }.map { table, rows in
            let chunks = rows.map { TableName(schema: $0["chunk_schema"], name: $0["chunk_name"] ?? "") }
            let statements = chunks.map { chunk in
                "SELECT compress_chunk(decompress_chunk(\(Quoting.literal(chunk.quoted))));"
            }
            return UpdateObstacle(
                "\(chunks.count) compressed \(chunks.count == 1 ? "chunk" : "chunks") of \(table.shownName), copied by an earlier tscl, with rows that were added since they were compressed, and not known as out of order: ORDER BY … LIMIT may be answered wrong there",
                statements, forbids: false)
        }
    }
}
