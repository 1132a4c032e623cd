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

/// Where chunks are, by their numbers in the catalog of the access node.
package struct ChunkPositions: Sendable {
    private struct Entry: Sendable {
        let start: Int64
        let id: Int32
        /// 0 for none: the catalog counts from 1.
        let slice: Int32
    }

    private var entries: [Entry] = []

    /// - Parameter count: of those that are to be taken.
    package init(capacity count: Int = 0) { entries.reserveCapacity(count) }

    /// - Parameter rows: of ``ChunkPosition/list(of:)``.
    package init(_ rows: [[String: String?]]) {
        for row in rows { take(row) }
        sort()
    }

    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        entries.append(
            Entry(
                start: row["start"].flatMap { Int64($0) } ?? 0, id: Int32(clamping: row.integer("id")),
                slice: Int32(clamping: row.optionalInteger("slice") ?? 0)))
    }

    /// To be called behind the last.
    package mutating func sort() { entries.sort { $0.id < $1.id } }

    package subscript(id: Int) -> ChunkPosition? {
        entries.element(numbered: id, by: { Int($0.id) }).map { entry in
            ChunkPosition(start: entry.start, slice: entry.slice == 0 ? nil : Int(entry.slice))
        }
    }
}
