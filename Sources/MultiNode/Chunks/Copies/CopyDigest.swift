/// What the rows of a copy of a chunk come to, whatever their order: how many, and the sum of their hashes.
package struct CopyDigest: Sendable, Hashable {
    package let rows: Int
    /// Nil where rows are only counted.
    package let hash: String?

    package init(rows: Int, hash: String?) {
        self.rows = rows
        self.hash = hash
    }

    init(row: Row) { self.init(rows: row.integer("rows"), hash: row["hash"]) }

    /// Of a copy without rows.
    static let none = CopyDigest(rows: 0, hash: nil)
}

/// A question about the rows of a copy.
package enum CopyQuestion: Sendable, Equatable {
    /// Of all rows. Watching also tells whether a transaction that writes is open, or prepared; that takes a look at all
    /// locks of the server.
    case count(watching: Bool = false)
    case digest(watching: Bool = false)
    /// The digest of each part of the rows.
    case parts
    /// The rows themselves of some parts.
    case rows([Int])
}

/// What a node says about the rows of a copy.
package enum CopyReply: Sendable, Equatable {
    case digest(CopyDigest, isWritten: Bool = false)
    case parts([Int: CopyDigest])
    /// How often a row of each hash is there, and the key of one of these.
    case rows([Int64: CopyRow])
    /// The node has no such chunk.
    case missing
    /// Nothing, because it could not be read.
    case unread
}

package struct CopyRow: Sendable, Equatable {
    package let count: Int
    package let key: String

    package init(count: Int, key: String) {
        self.count = count
        self.key = key
    }
}

extension CopyQuestion {
    /// Into how many parts the rows are divided, by the last bits of their hashes.
    private static let partCount = 1024

    /// For a data node, within a transaction with ``settings``. Compressed rows are among those of the chunk.
    package func query(of chunk: TableName, _ shape: RowShape) -> SQL {
        let columns = shape.columns.map { "x.\(identifier: $0)" as SQL }.joined(separator: ", ")
        let rows: SQL = """
            SELECT pg_catalog.hashtextextended(ROW(\(raw: columns))::text, 0) AS hash, \(raw: Self.key(shape)) AS key
              FROM \(qualified: chunk) x
            """
        switch self {
        case .count(let isWatching):
            return """
                SELECT pg_catalog.count(*) AS rows\(raw: isWatching ? Self.writers(of: chunk) : "")
                  FROM \(qualified: chunk) x
                """
        case .digest(let isWatching):
            return """
                SELECT pg_catalog.count(*) AS rows,
                       pg_catalog.sum(pg_catalog.hashtextextended(ROW(\(raw: columns))::text, 0)::numeric) AS hash\
                \(raw: isWatching ? Self.writers(of: chunk) : "")
                  FROM \(qualified: chunk) x
                """
        case .parts:
            return """
                SELECT r.hash & \(literal: Self.partCount - 1) AS part, pg_catalog.count(*) AS rows,
                       pg_catalog.sum(r.hash::numeric) AS hash
                  FROM (\(raw: rows)) r
                 GROUP BY 1
                """
        case .rows(let parts):
            return """
                SELECT r.hash, pg_catalog.count(*) AS rows, pg_catalog.min(r.key) AS key
                  FROM (\(raw: rows)) r
                 WHERE (r.hash & \(literal: Self.partCount - 1)) = ANY (\(parts.map(String.init), type: "int[]"))
                 GROUP BY 1
                """
        }
    }

    /// Whether a transaction that has written to the copy is open, or prepared. Where new ones are held off, what is read
    /// after the answer no is all that there is; in one statement with the rows it could be answered behind them.
    package static func isWritten(_ chunk: TableName) -> SQL { "SELECT true AS asked\(raw: writers(of: chunk))" }

    /// A prepared transaction has no process, and keeps its locks. VACUUM and ANALYZE change no row.
    private static func writers(of chunk: TableName) -> SQL {
        """
        ,
                       EXISTS (SELECT FROM pg_catalog.pg_locks l
                                 JOIN pg_catalog.pg_database d ON d.oid = l.database
                                WHERE l.locktype = 'relation' AND d.datname = pg_catalog.current_database()
                                  AND l.relation = \(literal: chunk.quoted)::pg_catalog.regclass AND l.granted
                                  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareLock',
                                                     'ShareUpdateExclusiveLock')) AS written
        """
    }

    /// `time=2024-01-01 00:05:00+00, device=7`.
    private static func key(_ shape: RowShape) -> SQL {
        let parts = shape.key.map { column -> SQL in
            "\(literal: column + "=") || COALESCE(x.\(identifier: column)::text, 'null')"
        }
        return parts.isEmpty ? "''" : parts.joined(separator: " || ', ' || ")
    }

    /// For a data node, within a transaction: what the text of a row depends on is the same everywhere, no row is hidden,
    /// and what has the chunk locked is not waited for without end.
    package static let settings: SQL = """
        SELECT pg_catalog.set_config('TimeZone', 'UTC', true), pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
               pg_catalog.set_config('IntervalStyle', 'postgres', true),
               pg_catalog.set_config('extra_float_digits', '1', true),
               pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true),
               pg_catalog.set_config('xmlbinary', 'base64', true),
               pg_catalog.set_config('quote_all_identifiers', 'off', true),
               pg_catalog.set_config('search_path', 'pg_catalog', true),
               \(raw: AllRows.settings),
               pg_catalog.set_config('lock_timeout', '10s', true), pg_catalog.set_config('statement_timeout', '0', true)
        """

    /// - Parameter rows: what the query returned.
    package func reply(_ rows: [[String: String?]]) -> CopyReply {
        let rows = rows.map { Row($0) }
        switch self {
        case .count, .digest:
            return rows.first.map { .digest(CopyDigest(row: $0), isWritten: $0.flag("written")) } ?? .unread
        case .parts:
            return .parts(
                Dictionary(rows.map { ($0.integer("part"), CopyDigest(row: $0)) }) { first, _ in first })
        case .rows:
            let pairs = rows.map { row in
                (Int64(row["hash"] ?? "") ?? 0, CopyRow(count: row.integer("rows"), key: row["key"] ?? ""))
            }
            return .rows(Dictionary(pairs) { first, _ in first })
        }
    }
}
