import CommandLanguage
import MultiNode

/// The name of a table or chunk, or a pattern of such names.
struct NamePattern {
    private let name: TableName?
    private let pattern: GlobPattern?
    /// Where a part of the pattern is quoted, those of the schema, if it has one, and of the name.
    private let parts: [GlobPattern]?

    init(_ operand: Argument) {
        let plain = GlobPattern.plainText(operand.pattern)
        name = plain.flatMap { try? TableName($0) }
        pattern = plain == nil ? GlobPattern(operand.pattern) : nil
        parts = plain == nil ? Self.parts(operand.pattern).map { $0.map { GlobPattern($0) } } : nil
    }

    /// The patterns between the dots, without quotes: what stands in these stands for itself, as in psql's patterns.
    ///
    /// - Returns: nil where nothing is quoted, or a quote is not closed.
    private static func parts(_ pattern: String) -> [String]? {
        guard pattern.contains("\"") else { return nil }
        var parts = [""]
        var isQuoted = false
        var rest = pattern[...]
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                parts[parts.count - 1].append(character)
            case "\"": isQuoted.toggle()
            case "." where !isQuoted: parts.append("")
            case _ where isQuoted: parts[parts.count - 1] += GlobPattern.escaped(String(character))
            case "\\": parts[parts.count - 1] += "\\" + (rest.popFirst().map(String.init) ?? "")
            default: parts[parts.count - 1].append(character)
            }
        }
        return isQuoted || parts.count > 2 ? nil : parts
    }

    func matches(table: TableName) -> Bool {
        if let name { return table.isNamed(name) }
        if let parts, let own = parts.last {
            let schema = table.schema ?? "public"
            return own.matches(table.name) && (parts.count == 2 ? parts[0].matches(schema) : schema == "public")
        }
        return pattern.map { $0.matches(table.shownName) || $0.matches(table.description) } ?? false
    }

    /// Chunks have names of their own, so that the schema may be left out.
    func matches(chunk: TableName) -> Bool {
        if let name { return name.name == chunk.name && (name.schema == nil || name.schema == chunk.schema) }
        if let parts, let own = parts.last {
            return own.matches(chunk.name) && (parts.count == 1 || parts[0].matches(chunk.schema ?? "public"))
        }
        return pattern.map { $0.matches(chunk.name) || $0.matches(chunk.description) } ?? false
    }
}
