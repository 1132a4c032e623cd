/// Whether chunks have changed since they were copied, asked of the data node that they were copied from.
///
/// A row that was written since has been written by a transaction that the copy's snapshot had not seen, and one that was
/// deleted is missing in the count. A column that was dropped and came again has no row written, but is another one. So it
/// may say yes too often, while an old transaction runs, and never too seldom.
package enum ChangeQuery {
    /// Two columns, `id` and `changed`.
    ///
    /// - Parameter chunks: each with what the node has of it now.
    package static func query(_ chunks: [(record: MigratedChunk, facts: SourceFacts)]) -> SQL {
        chunks.map { record, facts -> SQL in
            // An earlier tscl may have carried rows that are out of order, which is not known of the copy, or lack values there.
            let isDisordered = (facts.isUnordered || facts.hasMissingValues) && record.isCarried != false
            guard let xmin = record.snapshotXmin, record.isCompressed == (facts.compressed != nil), !isDisordered else {
                return "SELECT \(literal: record.sourceID) AS id, true AS changed"
            }
            let mark = TransactionMark(xmin)
            let written = ([facts.chunk] + (facts.compressed.map { [$0] } ?? [])).map(mark.hasWritten)
            return """
                SELECT \(literal: record.sourceID) AS id,
                       \(raw: mark.isForeign)
                       OR \(raw: SourceReading.identity) IS DISTINCT FROM \(literal: record.nodeIdentity ?? "")
                       OR \(raw: isAnother(record))
                       OR \(raw: mark.hasChangedColumns(of: facts.chunk))
                       OR \(raw: written.joined(separator: " OR "))
                       OR (SELECT pg_catalog.count(*) FROM \(qualified: facts.chunk)) <> \(literal: record.rows ?? -1) AS changed
                """
        }.joined(separator: "\nUNION ALL\n")
    }

    /// Whether the server is not what it was, as a standby that lacked something or a backup put in its place: then it gives
    /// numbers of transactions that were given before. Nothing is known of that where an earlier tscl has copied.
    private static func isAnother(_ record: MigratedChunk) -> SQL {
        guard let timeline = record.nodeTimeline, let place = record.nodePlace else { return "false" }
        return """
            \(raw: SourceReading.timeline) <> \(literal: timeline) \
            OR pg_catalog.pg_current_wal_insert_lsn() < \(literal: place)::pg_catalog.pg_lsn
            """
    }

    /// For the node that a chunk was copied from: whether it has gone back since: one value.
    package static func hasGoneBack(since record: MigratedChunk) -> SQL {
        "SELECT \(raw: isAnother(record)) OR \(raw: SourceReading.identity) IS DISTINCT FROM \(literal: record.nodeIdentity ?? "") AS has_gone_back"
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
        let mark = TransactionMark(xmin)
        let written = ([chunk] + (compressed.map { [$0] } ?? [])).map(mark.hasWritten)
        let deleted = rows.map { "(SELECT pg_catalog.count(*) FROM \(qualified: chunk)) <> \(literal: $0)" as SQL }
        let all = [mark.isForeign, mark.hasDroppedColumns(of: chunk)] + written + (deleted.map { [$0] } ?? [])
        return "SELECT \(raw: all.joined(separator: " OR ")) AS written"
    }
}
