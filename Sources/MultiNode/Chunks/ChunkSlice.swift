/// The part of a dimension that a chunk covers.
package struct ChunkSlice: Sendable, Equatable {
    package let column: String
    /// Of its values, or of their hashes, with the end not in it.
    package let rangeStart: String
    package let rangeEnd: String
    /// Whether the range is one of hashes.
    package let isHashed: Bool

    /// - Parameter row: of ``list(ofChunk:_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        column = row["column"] ?? ""
        rangeStart = row["range_start"] ?? ""
        rangeEnd = row["range_end"] ?? ""
        isHashed = row.flag("hashed")
    }

    /// For the access node: the slices of a chunk, the one of the time first.
    ///
    /// - Parameter id: in the catalog of the access node.
    package static func list(ofChunk id: Int, _ capabilities: Capabilities) -> SQL {
        """
        SELECT d.column_name AS column, \(raw: text("s.range_start", capabilities)) AS range_start,
               \(raw: text("s.range_end", capabilities)) AS range_end, d.num_slices IS NOT NULL AS hashed
          FROM _timescaledb_catalog.chunk_constraint k
          JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id
          JOIN _timescaledb_catalog.dimension d ON d.id = s.dimension_id
         WHERE k.chunk_id = \(id)
         ORDER BY d.id
        """
    }

    /// One end of the slice of a dimension `d` as PostgreSQL writes its type, a time in ISO 8601.
    static func text(_ end: SQL, _ capabilities: Capabilities) -> SQL {
        """
        CASE WHEN d.num_slices IS NOT NULL THEN \(raw: end)::text
                    WHEN \(raw: DimensionValue.type) = 'pg_catalog.timestamptz'::pg_catalog.regtype
                    THEN \(raw: .iso("\(raw: capabilities.internalFunction("to_timestamp"))(\(raw: end))"))
                    WHEN \(raw: DimensionValue.type) = 'pg_catalog.timestamp'::pg_catalog.regtype
                    THEN \(raw: .iso("\(raw: capabilities.internalFunction("to_timestamp_without_timezone"))(\(raw: end))"))
                    WHEN \(raw: DimensionValue.type) = 'pg_catalog.date'::pg_catalog.regtype
                    THEN \(raw: .iso("\(raw: capabilities.internalFunction("to_date"))(\(raw: end))"))
                    ELSE \(raw: end)::text END
        """
    }
}
