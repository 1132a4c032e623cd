/// The name of a table, with its schema where one was given.
package struct TableName: Sendable, Hashable, CustomStringConvertible {
    package let schema: String?
    package let name: String

    package init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }

    /// Reads `table`, `schema.table` and, where a name has a dot in it, `"a.b"."c"`. Case is kept as written.
    ///
    /// - Throws: when a part is empty or longer than 63 bytes, or there are more than two.
    package init(parsing text: String) throws(MultiNodeError) {
        var parts = [""]
        var isQuoted = false
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if character == "\"" {
                if isQuoted, rest.first == "\"" {
                    rest.removeFirst()
                    parts[parts.count - 1].append("\"")
                } else {
                    isQuoted.toggle()
                }
            } else if character == ".", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        guard !isQuoted, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 }) else {
            throw MultiNodeError("'\(text)' is no name of a table", remedy: "write table or schema.table")
        }
        self.init(schema: parts.count == 2 ? parts[0] : nil, name: parts[parts.count - 1])
    }

    /// As SQL writes it.
    package var quoted: String {
        (schema.map { Quoting.identifier($0) + "." } ?? "") + Quoting.identifier(name)
    }

    package var description: String { (schema.map { $0 + "." } ?? "") + name }
}

/// Why something can't be done with this cluster.
package struct MultiNodeError: Error, Sendable, Equatable {
    package let message: String
    package let remedy: String?

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
