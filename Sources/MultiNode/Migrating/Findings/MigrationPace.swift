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
    /// So many that it takes a moment, and less than the time that there is.
    package static let rows = 50_000
    /// Of fewer the beginning takes most of the time.
    package static let least = 5_000
    /// How long it may take, in a transaction that is rolled back.
    package static let limit = Duration.seconds(2)

    package static let begin: [SQL] = ["BEGIN READ ONLY", "SET LOCAL statement_timeout = '2s'"]

    package static func copy(_ chunk: TableName) -> SQL {
        "COPY (SELECT * FROM \(qualified: chunk) LIMIT \(literal: rows)) TO STDOUT (FORMAT binary)"
    }

    /// What the comparison costs: one value.
    package static func sum(_ chunk: TableName) -> SQL {
        """
        SELECT pg_catalog.sum(pg_catalog.hashtextextended((x.*)::text, 0))
          FROM (SELECT * FROM \(qualified: chunk) LIMIT \(literal: rows)) x
        """
    }
}
