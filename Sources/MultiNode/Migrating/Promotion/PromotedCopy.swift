/// A chunk of a promoted node, as the access node has it on record.
package struct PromotedCopy: Sendable, Equatable {
    package let table: TableName
    package let chunk: TableName
    /// The other nodes that have it.
    package let others: [String]
    package let rows: Int

    /// - Parameter row: of ``PromotionStore/chunks``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["table_schema"], name: row["table_name"] ?? "")
        chunk = TableName(schema: row["chunk_schema"], name: row["chunk_name"] ?? "")
        others = row.array("others")
        rows = row.integer("row_count")
    }

    /// For the node, once it is promoted: whether it was written to since; one value.
    ///
    /// - Parameters:
    ///   - facts: what the node has of it now.
    ///   - xmin: the first transaction that may have come after.
    package func isWritten(_ facts: SourceFacts, since xmin: Int) -> SQL {
        ChangeQuery.isWritten(chunk, compressed: facts.compressed, since: xmin, rows: rows)
    }
}
