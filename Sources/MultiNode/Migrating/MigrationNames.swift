/// The names that the two tables of a migration in place have beside one another.
package enum MigrationNames {
    /// PostgreSQL cuts off what is longer, in bytes ("Identifiers and Key Words" in the manual).
    private static let mostBytes = 63

    /// What the new table, or an index of it, is called until the cut-over.
    package static func new(_ name: String) -> String { marked(name, "__new") }

    /// What the old table, or an index of it, is called after the cut-over.
    package static func old(_ name: String) -> String { marked(name, "__old") }

    private static func marked(_ name: String, _ mark: String) -> String {
        var short = name
        while short.utf8.count + mark.utf8.count > mostBytes { short.removeLast() }
        return short + mark
    }
}

extension Migration {
    /// What the old table is called after the cut-over.
    package var aside: TableName { TableName(schema: source.schema, name: MigrationNames.old(source.name)) }
}
