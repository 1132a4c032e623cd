/// A table on a data node that has the name of a hypertable which is to be attached to it, as one that was detached before
/// leaves behind.
package struct TableInTheWay: Sendable {
    private let table: TableName
    private let node: String
    private let hasRows: Bool
    private let keeping: TableAside

    /// - Parameter row: of ``query(_:)``; nil where the node could not be asked.
    package init(_ table: TableName, on node: String, row: [String: String?]?, hasRows: Bool?) {
        self.table = table
        self.node = node
        self.hasRows = hasRows ?? true
        keeping = TableAside(table, name: row.flatMap { Row($0)["aside"] })
    }

    /// For a data node: whether the table is there, and a name that is free for another beside it.
    package static func query(_ table: TableName) -> SQL {
        """
        WITH t (schema, name) AS (SELECT \(table.schema ?? "public", type: "text"), \(table.name, type: "text"))
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = t.schema AND c.relname = t.name AND c.relkind IN ('r', 'p')) AS present,
               \(raw: TableAside.freeName(schema: "t.schema", name: "t.name")) AS aside
          FROM t
        """
    }

    /// For a data node: whether the table has rows.
    package static func rows(_ table: TableName) -> SQL {
        "SELECT EXISTS (SELECT FROM \(raw: SQL(text: table.quoted, shown: table.quoted))) AS present"
    }

    /// How to attach the node without losing a row. What can be typed stands on lines of its own.
    package var remedy: String {
        let exec = "exec --on \(Quoting.word(node))"
        let again = "node attach \(Quoting.word(node)) --to \(Quoting.word(table.description))"
        guard hasRows else {
            return """
                \(node) has a table \(table) already, without rows, as one that was detached leaves it: drop it, and attach the \
                node again
                \(exec) DROP TABLE \(table.quoted)
                \(again)
                """
        }
        return """
            \(node) has a table \(table) already, with rows, as one that was detached leaves it: keep its rows in a table \
            aside, drop it, and attach the node again; then compare \(keeping.aside) with the hypertable, and insert what it \
            lacks
            \(exec) \(keeping.statement)
            \(again)
            """
    }
}
