/// How much a continuous aggregate has, all of which goes into a new one in place while those who write wait.
package struct AggregateRows: Sendable, Equatable {
    /// The table of its rows.
    package let table: TableName
    /// Of its rows alone, without indexes, where they are not compressed.
    package let bytes: Int
    /// Those that are compressed, as they were counted when they were.
    package let compressedRows: Int

    /// - Parameter row: of ``list(over:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        bytes = row.integer("bytes")
        compressedRows = row.integer("compressed_rows")
    }

    /// For the server that has them: those over a table.
    package static func list(over table: TableName) -> SQL {
        """
        WITH RECURSIVE \(raw: DependentAggregate.tree(of: table))
        SELECT h.schema_name AS schema, h.table_name AS name, x.bytes, x.compressed_rows
          FROM tree t
          JOIN _timescaledb_catalog.hypertable h ON h.id = t.mat_hypertable_id
         CROSS JOIN LATERAL (
               SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_relation_size(
                          pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.schema_name, c.table_name)))), 0)::bigint AS bytes,
                      COALESCE(pg_catalog.sum(z.numrows_pre_compression), 0)::bigint AS compressed_rows
                 FROM _timescaledb_catalog.chunk c
                 LEFT JOIN _timescaledb_catalog.compression_chunk_size z ON z.chunk_id = c.id
                WHERE c.hypertable_id = h.id AND NOT c.dropped) x
         ORDER BY x.bytes DESC, x.compressed_rows DESC
        """
    }

    /// How fast a part of them is read.
    package struct Sample: Sendable, Equatable {
        package let rows: Int
        /// On average, of one row.
        let width: Int
        let took: Duration

        /// - Parameters:
        ///   - row: of ``sample``.
        ///   - took: as it was measured here.
        package init(row: [String: String?], took: Duration) {
            let row = Row(row)
            rows = row.integer("rows")
            width = row.integer("width")
            self.took = took
        }
    }

    /// For the same server: reads and sums up a part of them, which takes a moment; one row.
    package var sample: SQL {
        """
        SELECT pg_catalog.count(*) AS rows, COALESCE(pg_catalog.avg(pg_catalog.pg_column_size(x)), 0)::int AS width,
               pg_catalog.sum(pg_catalog.hashtextextended(x::text, 0)) AS sum
          FROM (SELECT * FROM \(qualified: table) LIMIT \(literal: Self.sampled)) x
        """
    }

    private static let sampled = 20_000
    /// Of fewer the beginning takes most of the time.
    private static let least = 2_000

    /// To put a row into a new table, with its indexes, takes at most eight times as long as to read it and sum it up, which is
    /// done twice behind it.
    private static let timesReading = 10.0
    /// What it takes where nothing could be measured.
    private static let assumed = Duration.microseconds(50)
    /// Of a table of PostgreSQL, besides its columns.
    private static let head = 28

    /// For how long those who write wait while all of them go into new ones, rather too long than too short.
    ///
    /// - Parameter sample: of the largest; nil where none was taken.
    package static func pause(for all: [AggregateRows], _ sample: Sample?) -> Duration {
        let width = max(1, (sample?.width ?? 0) > 0 ? sample?.width ?? 100 : 100)
        let rows = all.reduce(0) { $0 + $1.bytes / (width + (sample == nil ? head : 4)) + $1.compressedRows }
        guard let sample, sample.rows >= least else { return assumed * rows }
        return sample.took * timesReading * (Double(rows) / Double(sample.rows))
    }
}
