/// A part of the new table that may have been written since the cut-over: a chunk of it, or one that is gone.
package struct WrittenChunk: Sendable, Equatable {
    /// The new table's chunk; nil where it was dropped since.
    package let chunk: TableName?
    /// The table of its compressed rows.
    let compressed: TableName?
    /// The chunk of the old table that it was copied from; nil where it is of later.
    package let old: TableName?
    /// How many rows it had when it was copied; nil where it is of later.
    let rowsCopied: Int?
    /// Whether it was copied without being compared: then it may differ by what the copy lacked.
    package let isUncompared: Bool
    /// Which rows of the old table are in its range, as SQL writes it.
    let range: String
    /// Its range in time, in TimescaleDB's own units; nil where it is not known.
    package let span: ClosedRange<Int64>?
    /// How many rows it has now, and the old table in its range; nil where they were not compared.
    package var compared: Compared?
    /// Whether the old table has not the chunk any more from which it was copied: then only the new one has its rows.
    package var isOnlyHere = false
    /// Whether the old table has it otherwise than it was copied, as where a node was put back to an older state: then rows of the new one
    /// may be nowhere else, though nobody has written there.
    package var isOtherwiseThere = false

    package struct Compared: Sendable, Equatable {
        package let rows: Int
        package let oldRows: Int

        package init(rows: Int, oldRows: Int) { (self.rows, self.oldRows) = (rows, oldRows) }
    }

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        chunk = row["name"].map { TableName(schema: row["schema"], name: $0) }
        compressed = row["compressed_name"].map { TableName(schema: row["compressed_schema"], name: $0) }
        old = row["old_name"].map { TableName(schema: row["old_schema"], name: $0) }
        rowsCopied = row.optionalInteger("row_count")
        isUncompared = row["is_uncompared"] == "t"
        range = row["range"] ?? "true"
        let starts = row["range_start"].flatMap { Int64($0) }
        let ends = row["range_end"].flatMap { Int64($0) }
        span = starts.flatMap { starts in ends.flatMap { $0 > starts ? starts...($0 - 1) : nil } }
    }

    /// Whether it came by itself after the cut-over.
    package var isNew: Bool { rowsCopied == nil }

    /// For the target, where the new table has its name: all of its chunks, and those recorded that it has no more.
    package static func list(of migration: Migration) -> SQL {
        let (schema, name) = (migration.source.schema ?? "public", migration.source.name)
        return """
            SELECT c.schema_name AS schema, c.table_name AS name, z.schema_name AS compressed_schema,
                   z.table_name AS compressed_name, m.source_schema AS old_schema, m.source_name AS old_name, m.row_count,
                   m.checksum IS NULL AND m.row_count <> 0 AS is_uncompared,
                   (SELECT \(raw: range(of: "s.range_start", "s.range_end"))
                      FROM _timescaledb_catalog.chunk_constraint k
                      JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id
                      JOIN _timescaledb_catalog.dimension d ON d.id = s.dimension_id
                     WHERE k.chunk_id = c.id) AS range, w.range_start, w.range_end
              FROM _timescaledb_catalog.hypertable h
              JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = h.id AND \(raw: TargetChunk.isThere("c"))
              LEFT JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id
              LEFT JOIN tscl_migrate.chunk m
                ON m.cluster = \(migration.cluster, type: "text") AND m.target_schema = c.schema_name
               AND m.target_name = c.table_name
              LEFT JOIN LATERAL (
                   SELECT s.range_start, s.range_end
                     FROM _timescaledb_catalog.chunk_constraint k
                     JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id
                     JOIN _timescaledb_catalog.dimension d ON d.id = s.dimension_id AND d.interval_length IS NOT NULL
                    WHERE k.chunk_id = c.id ORDER BY d.id LIMIT 1) w ON true
             WHERE h.schema_name = \(schema, type: "name") AND h.table_name = \(name, type: "name")
             UNION ALL
            SELECT NULL, NULL, NULL, NULL, m.source_schema, m.source_name, m.row_count,
                   m.checksum IS NULL AND m.row_count <> 0,
                   (SELECT \(raw: range(of: "(e.value ->> 0)::bigint", "(e.value ->> 1)::bigint"))
                      FROM pg_catalog.jsonb_each(m.slices) e
                      JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.column_name = e.key),
                   w.range_start, w.range_end
              FROM tscl_migrate.chunk m
              JOIN _timescaledb_catalog.hypertable h
                ON h.schema_name = \(schema, type: "name") AND h.table_name = \(name, type: "name")
              LEFT JOIN LATERAL (
                   SELECT (e.value ->> 0)::bigint AS range_start, (e.value ->> 1)::bigint AS range_end
                     FROM pg_catalog.jsonb_each(m.slices) e
                     JOIN _timescaledb_catalog.dimension d
                       ON d.hypertable_id = h.id AND d.column_name = e.key AND d.interval_length IS NOT NULL
                    ORDER BY d.id LIMIT 1) w ON true
             WHERE m.cluster = \(migration.cluster, type: "text") AND m.hypertable_id = \(String(migration.sourceID), type: "int")
               AND m.state = 'copied'
               AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk c
                                WHERE c.hypertable_id = h.id AND \(raw: TargetChunk.isThere("c"))
                                  AND c.schema_name = m.target_schema AND c.table_name = m.target_name)
            """
    }

    /// The condition for the rows of a chunk, over its dimensions `d`.
    private static func range(of start: SQL, _ end: SQL) -> SQL {
        """
        COALESCE(pg_catalog.string_agg(pg_catalog.concat_ws(' AND ',
            CASE WHEN \(raw: start) > -9223372036854775808
                 THEN pg_catalog.concat(\(raw: DimensionValue.expression), ' >= ', \(raw: TimeBound.text(start))) END,
            CASE WHEN \(raw: end) < 9223372036854775807
                 THEN pg_catalog.concat(\(raw: DimensionValue.expression), ' < ', \(raw: TimeBound.text(end))) END),
            ' AND ') FILTER (WHERE \(raw: start) > -9223372036854775808 OR \(raw: end) < 9223372036854775807), 'true')
        """
    }

    // MARK: What was written

    /// Whether something may have been written there since: one value. It is never too few, and too many where a
    /// transaction was open that is older than the cut-over.
    ///
    /// - Parameter xmin: the first transaction that may have come after the cut-over.
    package func mayDiffer(since xmin: Int) -> SQL? {
        guard let chunk, let rowsCopied else { return nil }
        let mark = TransactionMark(xmin)
        let parts: [SQL] =
            [mark.isForeign, mark.hasDroppedColumns(of: chunk), mark.hasWritten(chunk)]
            + (compressed.map { [mark.hasWritten($0)] } ?? [])
            + ["(SELECT pg_catalog.count(*) FROM \(qualified: chunk)) <> \(literal: rowsCopied)"]
        return "SELECT \(raw: parts.joined(separator: " OR ")) AS may_differ"
    }

    /// Of the old table's rows that are in its range.
    package var condition: SQL { SQL.fromCatalog(range) }

    /// The rows of both tables in its range: `rows`, `old_rows`, and `differs`. Where the chunk was dropped, another one may have
    /// come since: then its rows count.
    package func comparison(of new: TableName, with old: TableName, _ columns: [String]) -> SQL {
        let sums = RowHash.ofTexts("\(identifiers: columns)")
        let here: SQL =
            chunk.map { "SELECT \(raw: sums) FROM \(qualified: $0)" }
            ?? "SELECT \(raw: sums) FROM \(qualified: new) WHERE \(raw: condition)"
        return """
            SELECT n.rows, o.rows AS old_rows, n.rows <> o.rows OR n.hash IS DISTINCT FROM o.hash AS differs
              FROM (\(raw: here)) n,
                   (SELECT \(raw: sums) FROM \(qualified: old) WHERE \(raw: condition)) o
            """
    }

    /// Puts its rows into the old table, where those that are in its range are deleted before: a whole chunk, as rows by
    /// themselves would double those that were updated.
    ///
    /// - Parameter columns: that take values.
    /// - Returns: nil where it was dropped.
    package func copyBack(into old: TableName, _ columns: [String]) -> SQL? {
        let list: SQL = "\(identifiers: columns)"
        return chunk.map {
            """
            INSERT INTO \(qualified: old) (\(raw: list)) OVERRIDING SYSTEM VALUE SELECT \(raw: list) FROM \(qualified: $0)
            """
        }
    }

    /// Behind the copying back: a chunk that the old table's copy never had, or that has become another one there.
    package var drop: SQL? { chunk.flatMap { isNew || isOnlyHere ? "DROP TABLE \(qualified: $0)" : nil } }

    /// For the target: what was written to and went back has to be copied again, and lacks nothing that the old table has not.
    package static func recordWritten(_ chunks: [WrittenChunk], of migration: Migration) -> SQL {
        let names = chunks.compactMap(\.old)
        return """
            UPDATE tscl_migrate.chunk m SET state = 'to do', row_count = NULL
             WHERE m.cluster = \(migration.cluster, type: "text") AND m.hypertable_id = \(String(migration.sourceID), type: "int")
               AND (m.source_schema, m.source_name) IN (
                   SELECT w.schema, w.name
                     FROM ROWS FROM (pg_catalog.unnest(\(names.map { $0.schema ?? "public" }, type: "name[]")),
                                     pg_catalog.unnest(\(names.map(\.name), type: "name[]"))) AS w (schema, name))
            """
    }

    /// For the target: the old table has these chunks no more, and the rows of each are in another one by now.
    package static func forgetGone(_ chunks: [WrittenChunk], of migration: Migration) -> SQL? {
        let names = chunks.filter(\.isOnlyHere).compactMap(\.old)
        if names.isEmpty { return nil }
        return """
            DELETE FROM tscl_migrate.chunk m
             WHERE m.cluster = \(migration.cluster, type: "text") AND m.hypertable_id = \(String(migration.sourceID), type: "int")
               AND (m.source_schema, m.source_name) IN (
                   SELECT w.schema, w.name
                     FROM ROWS FROM (pg_catalog.unnest(\(names.map { $0.schema ?? "public" }, type: "name[]")),
                                     pg_catalog.unnest(\(names.map(\.name), type: "name[]"))) AS w (schema, name))
            """
    }

    /// For the target: what is recorded and gone has to be copied again.
    package static func recordGone(of migration: Migration) -> SQL {
        """
        UPDATE tscl_migrate.chunk m SET state = 'to do', target_schema = NULL, target_name = NULL
         WHERE m.cluster = \(migration.cluster, type: "text") AND m.hypertable_id = \(String(migration.sourceID), type: "int")
           AND m.state = 'copied'
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk c
                            WHERE \(raw: TargetChunk.isThere("c")) AND c.schema_name = m.target_schema AND c.table_name = m.target_name)
        """
    }

    /// The columns of a table in their order: `name`, and whether they take values, `is_stored`.
    package static func columns(of table: TableName) -> SQL {
        """
        SELECT attname AS name, attgenerated = '' AS is_stored FROM pg_catalog.pg_attribute
         WHERE attrelid = pg_catalog.to_regclass(\(literal: table.quoted)) AND attnum > 0 AND NOT attisdropped
         ORDER BY attnum
        """
    }
}
