/// A table on the destination of a copy that is no copy of a chunk for the access node.
package struct LooseTable: Sendable, Equatable {
    package let table: TableName
    /// Whether it is a chunk of what is no hypertable of the access node's there any more.
    package let isOfOthers: Bool
    /// Whether it is a chunk of the node. As such it keeps rows of its time from being inserted.
    private let isChunk: Bool
    /// A name that is free there.
    package let aside: TableName

    /// - Parameter row: of ``ChunkCopying/looseTables(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        (isOfOthers, isChunk) = (row.flag("kept"), row.flag("chunk"))
        aside = TableName(schema: table.schema, name: row["aside"] ?? "\(table.name)\(CopyAside.ending)")
    }

    /// For the destination: keeps its rows under another name, by which nobody takes it for a copy that is being made.
    package var keeping: SQL {
        guard isChunk else { return "ALTER TABLE \(qualified: table) RENAME TO \(identifier: aside.name)" }
        let both = "BEGIN CREATE TABLE \(aside.quoted) AS TABLE \(table.quoted); DROP TABLE \(table.quoted); END"
        return "DO \(literal: both)"
    }
}
