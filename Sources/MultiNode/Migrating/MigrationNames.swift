/// The names that the two tables of a migration in place have beside one another.
package enum MigrationNames {
    /// PostgreSQL cuts off what is longer, in bytes ("Identifiers and Key Words" in the manual).
    static let mostBytes = 63

    /// What the new table, or an index of it, is called until the cut-over.
    package static func new(_ name: String) -> String { marked(name, "__new") }

    /// What the old table, or an index of it, is called after the cut-over.
    package static func old(_ name: String) -> String { marked(name, oldMark) }

    /// The end of the names of what is old.
    static let oldMark = "__old"

    /// A long name is cut off, and has a number of all of it instead: what is alike in its first bytes stays apart.
    private static func marked(_ name: String, _ mark: String) -> String {
        guard name.utf8.count + mark.utf8.count > mostBytes else { return name + mark }
        let end = "_\(number(name))\(mark)"
        var short = name
        while short.utf8.count + end.utf8.count > mostBytes { short.removeLast() }
        return short + end
    }

    /// FNV-1a of 32 bits.
    private static func number(_ name: String) -> UInt32 {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

extension Migration {
    /// What the old table is called after the cut-over.
    package var aside: TableName { TableName(schema: source.schema, name: MigrationNames.old(source.name)) }
}
