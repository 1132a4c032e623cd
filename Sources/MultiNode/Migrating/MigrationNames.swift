/// The names that the two tables of a migration in place have beside one another.
package enum MigrationNames {
    /// PostgreSQL cuts off what is longer, in bytes ("Identifiers and Key Words" in the manual).
    static let mostBytes = 63

    /// What the new table, or an index of it, is called until the cut-over.
    package static func new(_ name: String) -> String { marked(name, "__new") }

    /// What the old table, or an index of it, is called after the cut-over.
    package static func old(_ name: String) -> String { marked(name, oldMark) }

    /// What a table is called when it has lost its name.
    static func aside(of table: TableName) -> TableName { TableName(schema: table.schema, name: old(table.name)) }

    /// The end of the names of what is old.
    static let oldMark = "__old"

    /// Whether a name of something old may be a longer one that was cut off.
    static func mayBeCutOff(_ old: String) -> Bool {
        // A character has four bytes at most.
        old.utf8.count > mostBytes - 4 && old.firstMatch(of: #/_[0-9]{1,10}__old$/#) != nil
    }

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
    /// What a table, or a view, of a name is called once the name is taken from it.
    package static func aside(of name: TableName) -> TableName { MigrationNames.aside(of: name) }

    /// What a view is called that an undo has taken the name from.
    package static func new(of name: TableName) -> TableName {
        TableName(schema: name.schema, name: MigrationNames.new(name.name))
    }

    /// What the old table is called after the cut-over.
    package var aside: TableName { MigrationNames.aside(of: source) }
}
