/// Whether what was copied is on the target as it was copied, and nobody else has written there.
///
/// All rows of a chunk were written by one transaction, whose number they keep for good, frozen or not: another number is
/// somebody else's row, and what somebody else has deleted is missing in the count. A compressed row has written how many rows
/// it is, so that none is decompressed for that.
package enum TargetLook {
    /// Two columns, `id` and `changed`.
    ///
    /// - Parameter records: of chunks that are there.
    package static func query(_ records: [MigratedChunk]) -> SQL {
        records.map { record -> SQL in
            guard let target = record.target, let transaction = record.targetTransaction, let rows = record.rows,
                record.isThere
            else { return "SELECT \(literal: record.sourceID) AS id, true AS changed" }
            let parts = [heap(target, transaction)] + (record.compressedThere.map { [batches($0, transaction)] } ?? [])
            return """
                SELECT \(literal: record.sourceID) AS id,
                       COALESCE(pg_catalog.sum(h.others), 0) <> 0 OR COALESCE(pg_catalog.sum(h.rows), 0) <> \(literal: rows)
                       OR \(raw: TransactionMark(transaction + 1).hasDroppedColumns(of: target)) AS changed
                  FROM (\(raw: parts.joined(separator: " UNION ALL "))) h
                """
        }.joined(separator: "\nUNION ALL\n")
    }

    /// What others have made of a copy.
    package struct Standing: Sendable, Equatable {
        /// How many rows it has more than were copied.
        package let added: Int
        /// Whether others have written any of those that it has.
        package let isWritten: Bool

        /// - Parameter row: of ``standing(of:)``.
        package init(row: [String: String?]) {
            let row = Row(row)
            (added, isWritten) = (row.integer("added"), row.flag("written"))
        }
    }

    /// Before the chunk is made anew or dropped: one row of ``Standing``; nil where there is nothing to ask.
    package static func standing(of record: MigratedChunk) -> SQL? {
        guard let target = record.target, let rows = record.rows, record.isThere else { return nil }
        // No transaction has that number.
        let transaction = record.targetTransaction ?? 0
        let parts = [heap(target, transaction)] + (record.compressedThere.map { [batches($0, transaction)] } ?? [])
        return """
            SELECT COALESCE(pg_catalog.sum(h.rows), 0) - \(literal: rows) AS added,
                   COALESCE(pg_catalog.sum(h.others), 0) <> 0 AS written
              FROM (\(raw: parts.joined(separator: " UNION ALL "))) h
            """
    }

    private static func heap(_ name: TableName, _ transaction: Int) -> SQL {
        "SELECT \(raw: others(transaction)) AS others, pg_catalog.count(*) AS rows FROM ONLY \(qualified: name) x"
    }

    private static func batches(_ name: TableName, _ transaction: Int) -> SQL {
        """
        SELECT \(raw: others(transaction)), pg_catalog.sum(x.\(identifier: SourceReading.batchCount)) \
        FROM ONLY \(qualified: name) x
        """
    }

    /// Rows have the last 32 bits of the number.
    private static func others(_ transaction: Int) -> SQL {
        """
        pg_catalog.count(*) FILTER (WHERE x.xmin OPERATOR(pg_catalog.<>) \
        '\(raw: SQL(stringLiteral: String(transaction & 0xffff_ffff)))'::pg_catalog.xid)
        """
    }

    /// - Returns: the numbers of those that are not what was copied.
    package static func changed(_ rows: [[String: String?]]) -> Set<Int> {
        Set(rows.map { Row($0) }.filter { $0.flag("changed") }.map { $0.integer("id") })
    }

    /// Before the chunk is made anew: how many rows it has more than were copied, one value; nil where there is nothing to ask.
    /// What somebody has added there is nowhere else.
    package static func added(to record: MigratedChunk) -> SQL? {
        guard let target = record.target, let rows = record.rows, record.isThere else { return nil }
        return "SELECT pg_catalog.count(*) - \(literal: rows) AS added FROM \(qualified: target)"
    }
}
