/// Where a chunk is among the chunks of its hypertable, in numbers.
package struct ChunkPosition: Sendable, Equatable {
    /// Of its range in time, in TimescaleDB's own units.
    package let start: Int64
    /// The number of its slice of the first space dimension, in the catalog of the access node; nil where the hypertable
    /// has none.
    package let slice: Int?

    package init(start: Int64, slice: Int? = nil) {
        self.start = start
        self.slice = slice
    }

    /// - Parameter rows: of ``list(of:)``.
    /// - Returns: by the number of the chunk in the catalog of the access node.
    package static func byChunk(_ rows: [[String: String?]]) -> [Int: ChunkPosition] {
        let pairs = rows.map { row in
            let row = Row(row)
            return (
                row.integer("id"),
                ChunkPosition(start: row["start"].flatMap { Int64($0) } ?? 0, slice: row.optionalInteger("slice"))
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// For the access node: the chunks of these hypertables. It reads only what every role may read, in all versions.
    ///
    /// - Parameter tables: by their numbers in the catalog.
    package static func list(of tables: [Int]) -> SQL {
        """
        SELECT c.id, s.range_start AS start, p.slice
          FROM _timescaledb_catalog.hypertable h
          JOIN _timescaledb_catalog.dimension d ON d.id = (\(raw: ChunkedTable.firstDimension))
          JOIN _timescaledb_catalog.chunk c ON c.hypertable_id = h.id AND NOT c.dropped
          JOIN _timescaledb_catalog.chunk_constraint k ON k.chunk_id = c.id
          JOIN _timescaledb_catalog.dimension_slice s ON s.id = k.dimension_slice_id AND s.dimension_id = d.id
          LEFT JOIN (SELECT pk.chunk_id, ps.id AS slice
                       FROM _timescaledb_catalog.chunk_constraint pk
                       JOIN _timescaledb_catalog.dimension_slice ps ON ps.id = pk.dimension_slice_id
                       JOIN _timescaledb_catalog.dimension pd ON pd.id = ps.dimension_id
                      WHERE pd.id = (SELECT pg_catalog.min(f.id) FROM _timescaledb_catalog.dimension f
                                      WHERE f.hypertable_id = pd.hypertable_id AND f.num_slices IS NOT NULL)
                    ) p ON p.chunk_id = c.id
         WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
        """
    }
}
