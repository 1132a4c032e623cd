/// What a table is made of, as SQL that makes it anew; and what of it no statement here makes.
package struct TableDefinition: Sendable, Equatable {
    package let table: TableName
    /// `name type …` each, in the table's order.
    package private(set) var columns: [String] = []
    /// `CONSTRAINT name …` each: keys, checks and exclusions.
    package private(set) var constraints: [String] = []
    /// What must be there before the table: the sequences of its defaults, as statements.
    package private(set) var sequences: [String] = []
    /// What goes with the table once it is there: statements that give the sequences to their columns.
    package private(set) var ownerships: [String] = []
    /// Statements that make the indexes that no constraint has and `create_distributed_hypertable` does not make.
    package private(set) var indexes: [String] = []
    /// The columns of each index, joined by commas, constraints' and others'.
    package private(set) var indexedColumns: Set<String> = []
    /// Types, functions and other things that the statements name, in PostgreSQL's words.
    package private(set) var needs: [String] = []
    /// What the table has and the statements don't make, in a few words each.
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
