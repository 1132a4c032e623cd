/// What the things of a migration are called on the target until the cut-over.
package struct MigrationNaming: Sendable, Equatable {
    /// Whether the distributed hypertable is in the same database, and so keeps its names.
    package let isInPlace: Bool

    package init(isInPlace: Bool) { self.isInPlace = isInPlace }

    package func table(_ source: TableName) -> TableName {
        TableName(schema: source.schema, name: object(source.name))
    }

    /// The name of what has one in its schema: an index, statistics, the sequence of an identity.
    func object(_ name: String) -> String { isInPlace ? MigrationNames.new(name) : name }
}

extension PlainHypertable {
    /// What the cut-over renames besides the table: `{"kind", "schema", "name", "new"}` each, as JSON.
    ///
    /// The kinds: `constraint` (with an index of its name), `index`, `statistics`, `sequence`.
    package func renames(_ naming: MigrationNaming) -> String {
        guard naming.isInPlace else { return "[]" }
        let kinds: [(DefinitionPart.Kind, String)] = [
            (.key, "constraint"), (.index, "index"), (.statistics, "statistics"), (.identity, "sequence"),
        ]
        let entries = kinds.flatMap { kind, word in
            parts(kind).map { part in
                let pairs = [
                    ("kind", word), ("schema", part.schema ?? source.schema ?? "public"), ("name", part.name),
                    ("new", naming.object(part.name)),
                ]
                return "{" + pairs.map { "\(Self.json($0)): \(Self.json($1))" }.joined(separator: ", ") + "}"
            }
        }
        return "[" + entries.joined(separator: ", ") + "]"
    }

    private static func json(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
