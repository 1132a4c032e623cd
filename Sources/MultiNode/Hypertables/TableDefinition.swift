/// The SQL that recreates a table, and a list of what that SQL leaves out.
package struct TableDefinition: Sendable, Equatable {
    package let table: TableName
    /// `name type …` each, in the table's order.
    package private(set) var columns: [String] = []
    /// `CONSTRAINT name …` each: keys, checks and exclusions.
    package private(set) var constraints: [String] = []
    /// Statements that create the sequences of its defaults; they run before the table is created.
    package private(set) var sequences: [String] = []
    /// Statements that make columns own the sequences; they run after the table is created.
    package private(set) var ownerships: [String] = []
    /// Statements for the indexes that neither a constraint nor `create_distributed_hypertable` creates.
    package private(set) var indexes: [String] = []
    /// The columns of each index, joined by commas; indexes of constraints included.
    package private(set) var indexedColumns: Set<String> = []
    /// Types, functions and other objects that the statements depend on, as PostgreSQL describes them.
    package private(set) var needs: [String] = []
    /// Properties of the table that the statements don't recreate, in a few words each.
    package private(set) var omissions: [String] = []

    /// - Parameter rows: of ``query(of:dimensions:_:)``.
    package init(_ table: TableName, rows: [[String: String?]]) {
        self.table = table
        for row in rows.map(Row.init) {
            guard let text = row["definition"] else { continue }
            switch row["kind"] {
            case "column": columns.append(text)
            case "constraint": constraints.append(text)
            case "sequence": sequences.append(text)
            case "ownership": ownerships.append(text)
            case "index": indexes.append(text)
            case "indexed": indexedColumns.insert(text)
            case "need": needs.append(text)
            default: omissions.append(text)
            }
        }
    }

    /// The statements, each by itself, in the order in which they run.
    package var statements: [String] {
        let table = table.quoted
        return sequences + ["CREATE TABLE IF NOT EXISTS \(table) (\((columns + constraints).joined(separator: ", ")))"]
            + ownerships + indexes
    }
}
