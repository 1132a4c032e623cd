/// The name of a table, with its schema where one was given; without one, the search path finds it.
package struct TableName: Sendable, Hashable, CustomStringConvertible {
    package let schema: String?
    package let name: String

    /// A name from the server, which needs no check.
    package init(schema: String?, name: String) {
        self.schema = schema
        self.name = name
    }

    /// Takes `table` and `schema.table`; the case is kept, and a part that has a dot or a quote in it is written in
    /// double quotes, as in SQL: `"my.schema"."a ""b"" c"`.
    ///
    /// - Throws: `invalidName` if the text is not such a name.
    package init(_ text: String) throws(MultiNodeError) {
        let parts = try Self.parts(text)
        for part in parts { try Identifier.check(part, in: text) }
        switch parts.count {
        case 1: self.init(schema: nil, name: parts[0])
        case 2: self.init(schema: parts[0], name: parts[1])
        default: throw .invalidName(text, reason: "a table is named table or schema.table")
        }
    }

    /// Quoted for SQL: `"schema"."table"`.
    package var quoted: String {
        (schema.map { Quoting.identifier($0) + "." } ?? "") + Quoting.identifier(name)
    }

    /// In the form that ``init(_:)`` reads back.
    package var description: String {
        [schema, name].compactMap { $0.map(Self.written) }.joined(separator: ".")
    }

    private static func written(_ part: String) -> String {
        part.contains(where: { $0 == "." || $0 == "\"" }) ? Quoting.identifier(part) : part
    }

    private static func parts(_ text: String) throws(MultiNodeError) -> [String] {
        // Most names need no parsing.
        if !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "\"") }) { return [text] }
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        var wasQuoted = false
        var characters = text.unicodeScalars[...]
        while let character = characters.popFirst() {
            switch character {
            case "\"" where isQuoted && characters.first == "\"":
                characters.removeFirst()
                part.unicodeScalars.append(character)
            case "\"" where isQuoted:
                isQuoted = false
            case "\"" where part.isEmpty && !wasQuoted:
                isQuoted = true
                wasQuoted = true
            case "\"":
                throw .invalidName(text, reason: "a quote stands around a whole part of a name")
            case "." where !isQuoted:
                parts.append(part)
                part = ""
                wasQuoted = false
            default:
                if wasQuoted && !isQuoted {
                    throw .invalidName(text, reason: "a quote stands around a whole part of a name")
                }
                part.unicodeScalars.append(character)
            }
        }
        if isQuoted { throw .invalidName(text, reason: "its quote is not closed") }
        return parts + [part]
    }

    /// For the FROM of a query: `n`, with a row for each of these tables: its `schema`, its `name`, and its `number` from 1.
    static func list(_ tables: [TableName]) -> SQL {
        """
        ROWS FROM (pg_catalog.unnest(\(tables.map { $0.schema ?? "public" })),
                         pg_catalog.unnest(\(tables.map(\.name))))
                   WITH ORDINALITY n (schema, name, number)
        """
    }

    /// Rows by the table that they are of, each table's in their order.
    ///
    /// - Parameter rows: with `table_schema` and `table_name`.
    package static func groups(_ rows: [[String: String?]]) -> [TableName: [[String: String?]]] {
        Dictionary(grouping: rows) { row in
            let row = Row(row)
            return TableName(schema: row["table_schema"], name: row["table_name"] ?? "")
        }
    }

    /// Whether it is in a schema of TimescaleDB's own, under the name of before 2.12 or of since.
    var isOfTimescaleDB: Bool { ["_timescaledb_internal", "_timescaledb_functions"].contains(schema) }

    /// The name for display: without the schema if that is `public`.
    package var shownName: String { schema == "public" ? Self.written(name) : description }

    /// Whether both name the same table; a missing schema counts as `public`.
    package func isNamed(_ other: TableName) -> Bool {
        name == other.name && (schema ?? "public") == (other.schema ?? "public")
    }
}
