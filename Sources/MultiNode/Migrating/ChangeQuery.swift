/// Whether chunks have changed since they were copied, asked of the data node that they were copied from.
///
/// A row that was written since has been written by a transaction that the copy's snapshot had not seen, and one that was
/// deleted is missing in the count. So it may say yes too often, while an old transaction runs, and never too seldom.
package enum ChangeQuery {
    /// Of 2^31 transactions the server tells which comes first; long before that many have passed the question is answered
    /// with yes.
    private static let mostAge = 1_000_000_000

    /// Two columns, `id` and `changed`.
    ///
    /// - Parameter chunks: each with what the node has of it now.
    package static func query(_ chunks: [(record: MigratedChunk, facts: SourceFacts)]) -> SQL {
        chunks.map { record, facts -> SQL in
            guard let xmin = record.snapshotXmin, record.isCompressed == (facts.compressed != nil) else {
                return "SELECT \(literal: record.sourceID) AS id, true AS changed"
            }
            let number: SQL = "'\(raw: SQL(stringLiteral: String(UInt64(xmin) & 0xffff_ffff)))'::pg_catalog.xid"
            let tables = [facts.chunk] + (facts.compressed.map { [$0] } ?? [])
            let written = tables.map { table -> SQL in
                """
                EXISTS (SELECT FROM ONLY \(qualified: table) x
                         WHERE pg_catalog.age(x.xmin) <= pg_catalog.age(\(raw: number)))
                """
            }
            return """
                SELECT \(literal: record.sourceID) AS id,
                       \(raw: isForeign(number))
                       OR \(raw: SourceReading.identity) IS DISTINCT FROM \(literal: record.nodeIdentity ?? "")
                       OR \(raw: written.joined(separator: " OR "))
                       OR (SELECT pg_catalog.count(*) FROM \(qualified: facts.chunk)) <> \(literal: record.rows ?? -1) AS changed
                """
        }.joined(separator: "\nUNION ALL\n")
    }

    /// Whether nothing follows from a transaction's number: it is too old, or of another server, whose numbers are behind.
    private static func isForeign(_ number: SQL) -> SQL {
        "pg_catalog.age(\(raw: number)) NOT BETWEEN 0 AND \(literal: mostAge)"
    }

    /// - Returns: the numbers of those that have changed.
    package static func changed(_ rows: [[String: String?]]) -> Set<Int> {
        Set(rows.map { Row($0) }.filter { $0.flag("changed") }.map { $0.integer("id") })
    }

    /// For the target: whether a chunk has been written to since a transaction; one value.
    ///
    /// - Parameters:
    ///   - compressed: the table of its compressed rows; nil where it has none.
    ///   - rows: how many it had; nil where those that were deleted since don't count.
    package static func isWritten(
        _ chunk: TableName, compressed: TableName?, since xmin: Int, rows: Int? = nil
    ) -> SQL {
        let number: SQL = "'\(raw: SQL(stringLiteral: String(UInt64(xmin) & 0xffff_ffff)))'::pg_catalog.xid"
        let written = ([chunk] + (compressed.map { [$0] } ?? [])).map { table -> SQL in
            """
            EXISTS (SELECT FROM ONLY \(qualified: table) x
                               WHERE pg_catalog.age(x.xmin) <= pg_catalog.age(\(raw: number)))
            """
        }
        let deleted = rows.map { "(SELECT pg_catalog.count(*) FROM \(qualified: chunk)) <> \(literal: $0)" as SQL }
        let all = [isForeign(number)] + written + (deleted.map { [$0] } ?? [])
        return "SELECT \(raw: all.joined(separator: " OR ")) AS written"
    }
}
