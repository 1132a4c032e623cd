/// Whether chunks have changed since they were copied, asked of the data node that they were copied from.
///
/// A row that was written since has been written by a transaction that the copy's snapshot had not seen, and one that was
/// deleted is missing in the count. A column that was dropped and came again has no row written, but is another one. So it
/// may say yes too often, while an old transaction runs, and never too seldom.
package enum ChangeQuery {
    /// Four columns: `id`; `changed`; `replaced`: whether another server answers, or an older state of it, or what was recorded is too
    /// long ago; `restarted`: whether the server was started since, or that is not known. What was started anew may be an older state
    /// that has gone on, and gives transactions the same numbers again: then, as in the case before, only the rows tell.
    ///
    /// - Parameter chunks: each with what the node has of it now.
    package static func query(_ chunks: [(record: MigratedChunk, facts: SourceFacts)]) -> SQL {
        chunks.map { record, facts -> SQL in
            guard let xmin = record.snapshotXmin, record.hasForm(of: facts) else {
                return
                    "SELECT \(literal: record.sourceID) AS id, true AS changed, false AS replaced, false AS restarted"
            }
            let mark = TransactionMark(xmin)
            let written = ([facts.chunk] + (facts.compressed.map { [$0] } ?? [])).map(mark.hasWritten)
            return """
                SELECT \(literal: record.sourceID) AS id,
                       \(raw: mark.hasChangedColumns(of: facts.chunk))
                       OR \(raw: written.joined(separator: " OR "))
                       OR (SELECT pg_catalog.count(*) FROM \(qualified: facts.chunk)) <> \(literal: record.rows ?? -1) AS changed,
                       \(raw: mark.isForeign)
                       OR \(raw: isAnother(record)) AS replaced,
                       \(raw: isRestarted(record)) AS restarted
                """
        }.joined(separator: "\nUNION ALL\n")
    }

    private static func isRestarted(_ record: MigratedChunk) -> SQL {
        guard let started = record.nodeStarted.flatMap({ Int($0) }) else { return "true" }
        return "\(raw: SourceReading.started) <> \(literal: started)"
    }

    /// Whether the server is not what it was, as a standby that lacked something or a backup put in its place: then it gives
    /// numbers of transactions that were given before. Of its log nothing is known where an earlier tscl has copied.
    private static func isAnother(_ record: MigratedChunk) -> SQL {
        let identity: SQL =
            "\(raw: SourceReading.identity) IS DISTINCT FROM \(literal: record.nodeIdentity ?? "")"
        guard let timeline = record.nodeTimeline, let place = record.nodePlace else { return identity }
        return """
            \(raw: identity) OR \(raw: SourceReading.timeline) <> \(literal: timeline) \
            OR pg_catalog.pg_current_wal_insert_lsn() < \(literal: place)::pg_catalog.pg_lsn
            """
    }

    /// For the node that chunks were copied from: whether it may have gone back since, as a standby or a backup in its place has, whose
    /// log may be past the place again by now: `id` and `has_gone_back`.
    ///
    /// - Parameter records: at least one.
    package static func goneBack(among records: [MigratedChunk]) -> SQL {
        records.map { record -> SQL in
            """
            SELECT \(literal: record.sourceID) AS id, \(raw: isAnother(record)) OR \(raw: isRestarted(record)) AS has_gone_back
            """
        }.joined(separator: "\nUNION ALL\n")
    }

    /// - Parameter rows: of ``goneBack(among:)``.
    /// - Returns: the numbers of the chunks whose node may have.
    package static func goneBack(_ rows: [[String: String?]]) -> Set<Int> {
        Set(rows.map { Row($0) }.filter { $0.flag("has_gone_back") }.map { $0.integer("id") })
    }

    /// What a node answers, by the numbers of the chunks: each is in one of these, or it has not changed.
    package struct Answer: Sendable, Equatable {
        package var changed: Set<Int> = []
        package var replaced: Set<Int> = []
        package var restarted: Set<Int> = []

        package init() {}

        /// - Parameter rows: of ``query(_:)``.
        package mutating func add(_ rows: [[String: String?]]) {
            for row in rows.map({ Row($0) }) {
                let id = row.integer("id")
                if row.flag("changed") {
                    changed.insert(id)
                } else if row.flag("replaced") {
                    replaced.insert(id)
                } else if row.flag("restarted") {
                    restarted.insert(id)
                }
            }
        }

        /// Those of which only the rows tell.
        package var untold: Set<Int> { replaced.union(restarted) }
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
