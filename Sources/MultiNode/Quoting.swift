/// How names and values are written in SQL (PostgreSQL manual, 4.1.1 and 4.1.2): the only place that makes such text.
package enum Quoting {
    /// A name as an identifier, always in quotes: its case is kept, and no keyword is in the way.
    package static func identifier(_ name: String) -> String {
        "\"" + doubled(name, "\"") + "\""
    }

    /// A value as a literal, right whatever `standard_conforming_strings` says.
    package static func literal(_ value: String) -> String {
        let quoted = "'" + doubled(value, "'") + "'"
        return value.utf8.contains(UInt8(ascii: "\\")) ? " E" + doubled(quoted, "\\") : quoted
    }

    /// The text form of an array of texts (PostgreSQL manual, 8.15.6).
    package static func array(_ values: [String]) -> String {
        let elements = values.map { value in
            "\"" + value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }

    private static func doubled(_ text: String, _ quote: Character) -> String {
        var result = ""
        for character in text {
            result.append(character)
            if character == quote { result.append(character) }
        }
        return result
    }
}
