/// A continuous aggregate, which may have rows of a time whose raw data is gone.
package struct AggregateHistory: Sendable, Equatable {
    let tableID: Int
    let view: TableName
    /// Whether its rows are the aggregates' values: see ``DependentAggregate/hasValues``.
    let hasValues: Bool
    /// Whether this role may see its rows.
    package let isReadable: Bool
    /// Of its rows; they are not carried as they are compressed.
    let compressedChunks: Int
    private let rows: TableName
    private let column: String
    private let type: String
    /// The start of the last bucket of which certainly no raw data is there; nil where there is no raw data at all.
    private let bound: String?

    /// - Parameter row: of ``list(of:_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        tableID = row.integer("table_id")
        view = TableName(schema: row["view_schema"], name: row["view_name"] ?? "")
        hasValues = row["finalized"] != "false"
        isReadable = row.flag("readable")
        compressedChunks = row.optionalInteger("compressed") ?? 0
        rows = TableName(schema: row["rows_schema"], name: row["rows_name"] ?? "")
        column = row["column"] ?? ""
        type = row["type"] ?? "timestamptz"
        bound = row["bound"]
    }

    /// For the access node: the continuous aggregates of hypertables.
    ///
    /// Of buckets whose width is not fixed, as months, 31 days is taken for the width.
    package static func list(of tables: [Int], _ capabilities: Capabilities) -> SQL {
        """
        SELECT c.raw_hypertable_id AS table_id, c.user_view_schema AS view_schema, c.user_view_name AS view_name,
               pg_catalog.to_jsonb(c) ->> 'finalized' AS finalized,
               COALESCE(pg_catalog.has_table_privilege(pg_catalog.to_regclass(
                   pg_catalog.format('%I.%I', m.schema_name, m.table_name)), 'SELECT'), false) AS readable,
               (SELECT pg_catalog.count(*) FROM _timescaledb_catalog.chunk z
                 WHERE z.hypertable_id = m.id AND NOT z.dropped AND z.compressed_chunk_id IS NOT NULL) AS compressed,
               m.schema_name AS rows_schema, m.table_name AS rows_name, b.column_name AS column,
               b.column_type::pg_catalog.regtype AS type, \(raw: ChunkSlice.text("o.bound", capabilities)) AS bound
          FROM (SELECT a.*, pg_catalog.to_jsonb(a) ->> 'bucket_width' AS width
                  FROM _timescaledb_catalog.continuous_agg a) c
          JOIN _timescaledb_catalog.hypertable m ON m.id = c.mat_hypertable_id
          JOIN _timescaledb_catalog.dimension b ON b.hypertable_id = m.id AND b.num_slices IS NULL
          JOIN _timescaledb_catalog.hypertable h ON h.id = c.raw_hypertable_id
          JOIN _timescaledb_catalog.dimension d ON d.id = (\(raw: ChunkedTable.firstDimension))
         CROSS JOIN LATERAL (
               -- It may be reckoned for a space dimension, too, whose first range has no start.
               SELECT GREATEST(pg_catalog.min(s.range_start), -9223372036854775807 + pg_catalog.max(w.width)) - pg_catalog.max(w.width) AS bound
                 FROM _timescaledb_catalog.dimension_slice s
                CROSS JOIN (SELECT CASE WHEN c.width::bigint > 0 THEN c.width::bigint ELSE 31 * 86400000000 END AS width) w
                WHERE s.dimension_id = d.id
                  AND EXISTS (SELECT FROM _timescaledb_catalog.chunk_constraint k
                                JOIN _timescaledb_catalog.chunk u ON u.id = k.chunk_id AND NOT u.dropped
                               WHERE k.dimension_slice_id = s.id)) o
         WHERE c.raw_hypertable_id = ANY (\(tables.map(String.init), type: "int[]"))
         ORDER BY 2, 3
        """
    }

    /// For the access node: one column, whether it has rows of before the raw data.
    package var question: SQL {
        let oldest: SQL = "SELECT pg_catalog.min(\(identifier: column)) FROM \(qualified: rows)"
        guard let bound else { return "SELECT (\(raw: oldest)) IS NOT NULL" }
        return "SELECT COALESCE((\(raw: oldest)) <= \(literal: bound)::\(raw: SQL(stringLiteral: type)), false)"
    }
}
