/// How fast rows go over, as far as it is known before they do.
package enum MigrationPace: Sendable, Equatable {
    /// Nothing could be measured.
    case assumed
    /// A part of a chunk was read and summed up on its node, as a copy is.
    case sampled(bytesPerSecond: Double, rows: Int)

    /// What a server with two processors does, verified, while it does other things.
    private static let usual: Double = 20 * 1024 * 1024

    private var bytesPerSecond: Double {
        if case .sampled(let rate, _) = self { max(1, rate) } else { Self.usual }
    }

    /// - Parameter bytes: of the source, on disk.
    package func time(for bytes: Int64) -> Duration { .seconds(Double(bytes) / bytesPerSecond) }

    /// - Parameter bytes: of the source, on disk.
    package func minutes(for bytes: Int64) -> Int { Int((Double(bytes) / bytesPerSecond / 60).rounded(.up)) }

    /// `31 MB/s, from a sample of 20000 rows`.
    package var basis: String {
        let rate = "\(max(1, Int(bytesPerSecond / 1_048_576))) MB/s"
        return switch self {
        case .assumed: "\(rate), which is assumed"
        case .sampled(_, let rows): "\(rate), from a sample of \(rows) rows"
        }
    }
}

/// The part of a chunk that is read to see how fast that goes.
package enum PaceSample {
    /// A chunk that may be the one.
    package struct Candidate: Sendable {
        let name: TableName
        package let node: String
        /// On disk.
        package let bytes: Int64
        /// Nil where the node is to be asked.
        package let rows: Int64?

        package init(_ name: TableName, on node: String, bytes: Int64, rows: Int64? = nil) {
            (self.name, self.node, self.bytes, self.rows) = (name, node, bytes, rows)
        }

        package var copy: SQL { PaceSample.copy(name) }
        package var sum: SQL { PaceSample.sum(name) }
        package var count: SQL { PaceSample.count(name) }
    }

    /// So many that it takes a moment, and less than the time that there is.
    package static let rows = 50_000
    /// Of fewer the beginning takes most of the time.
    package static let least = 5_000
    /// How long it may take, in a transaction that is rolled back.
    package static let limit = Duration.seconds(2)

    package static let begin: [SQL] = ["BEGIN READ ONLY", "SET LOCAL statement_timeout = '2s'"]

    private static func copy(_ chunk: TableName) -> SQL {
        "COPY (SELECT * FROM \(qualified: chunk) LIMIT \(literal: rows)) TO STDOUT (FORMAT binary)"
    }

    /// What the comparison costs: one value.
    private static func sum(_ chunk: TableName) -> SQL {
        """
        SELECT pg_catalog.sum(pg_catalog.hashtextextended((x.*)::text, 0))
          FROM (SELECT * FROM \(qualified: chunk) LIMIT \(literal: rows)) x
        """
    }

    /// How many rows it has, as it was last analyzed, and as it was compressed: one value.
    private static func count(_ chunk: TableName) -> SQL {
        """
        SELECT GREATEST(t.reltuples, 0)::bigint
               + COALESCE((pg_catalog.to_jsonb(z) ->> 'numrows_pre_compression')::bigint, 0) AS rows
          FROM _timescaledb_catalog.chunk c
          JOIN pg_catalog.pg_class t
            ON t.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.schema_name, c.table_name))
          LEFT JOIN _timescaledb_catalog.compression_chunk_size z ON z.chunk_id = c.id
         WHERE c.schema_name = \(chunk.schema ?? "public", type: "name")
           AND c.table_name = \(chunk.name, type: "name") AND NOT c.dropped
        """
    }
}
