import CommandLanguage
import MultiNode

/// The name of a table or chunk, or a pattern of such names.
struct NamePattern {
    private let name: TableName?
    private let pattern: GlobPattern?

    init(_ operand: Argument) {
        let plain = GlobPattern.plainText(operand.pattern)
        name = plain.flatMap { try? TableName($0) }
        pattern = plain == nil ? GlobPattern(operand.pattern) : nil
    }

    func matches(table: TableName) -> Bool {
        if let name { return table.isNamed(name) }
        return pattern.map { $0.matches(table.shownName) || $0.matches(table.description) } ?? false
    }

    /// Chunks have names of their own, so that the schema may be left out.
    func matches(chunk: TableName) -> Bool {
        if let name { return name.name == chunk.name && (name.schema == nil || name.schema == chunk.schema) }
        return pattern.map { $0.matches(chunk.name) || $0.matches(chunk.description) } ?? false
    }
}
