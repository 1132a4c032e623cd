import CommandLanguage
import MultiNode

/// Chooses among distributed hypertables and their chunks by names and patterns.
struct ChunkSelection {
    private let command: Arguments
    private let all: [ChunkedTable]

    /// - Parameter tables: all of the cluster.
    init(_ command: Arguments, among tables: [ChunkedTable]) {
        self.command = command
        all = tables
    }

    /// The hypertables that operands select, each once; all if there are no operands.
    ///
    /// - Throws: an error for an unknown name, with the nearest known one, or for a pattern that selects nothing.
    func tables(_ operands: [Argument]) throws(Diagnostic) -> [ChunkedTable] {
        if operands.isEmpty { return all }
        var selected: Set<Int> = []
        for operand in operands {
            let found = tables(matching: operand)
            if found.isEmpty { throw unknown(operand, or: "") }
            selected.formUnion(found.map(\.id))
        }
        return all.filter { selected.contains($0.id) }
    }

    /// The hypertables of chunks.
    func tables(of chunks: [Chunk]) -> [ChunkedTable] {
        let numbers = Set(chunks.map(\.tableID))
        return all.filter { numbers.contains($0.id) }
    }

    /// Whether each operand names hypertables, so that their chunks are all that it selects.
    func areTables(_ operands: [Argument]) -> Bool { operands.allSatisfy { !tables(matching: $0).isEmpty } }

    /// Those of the chunks that operands select, by their own names or those of their hypertables.
    ///
    /// - Parameter chunks: all of the cluster.
    func chunks(_ operands: [Argument], among chunks: [Chunk]) throws(Diagnostic) -> [Chunk] {
        if operands.isEmpty { return chunks }
        var tableNames: Set<TableName> = []
        var chunkIDs: Set<Int> = []
        for operand in operands {
            let tables = tables(matching: operand)
            if tables.isEmpty {
                let name = NamePattern(operand)
                let found = chunks.filter { name.matches(chunk: $0.name) }
                if found.isEmpty { throw unknown(operand, or: " or chunk") }
                chunkIDs.formUnion(found.map(\.id))
            }
            tableNames.formUnion(tables.map(\.table))
        }
        return chunks.filter { tableNames.contains($0.table) || chunkIDs.contains($0.id) }
    }

    private func tables(matching operand: Argument) -> [ChunkedTable] {
        let name = NamePattern(operand)
        return all.filter { name.matches(table: $0.table) }
    }

    /// - Parameter kinds: what it could be besides a hypertable.
    private func unknown(_ operand: Argument, or kinds: String) -> Diagnostic {
        guard GlobPattern.plainText(operand.pattern) != nil else {
            return command.problem("no distributed hypertable\(kinds) matches \(operand.text)", at: operand)
        }
        let nearest = Suggestion.nearest(to: operand.text, among: all.map(\.table.shownName))
        let lists = kinds.isEmpty ? "'hypertable list' shows them" : "'hypertable list' and 'chunk list' show them"
        return command.problem(
            "there is no distributed hypertable\(kinds) \(operand.text)", at: operand,
            help: nearest.map { "did you mean \($0)?" } ?? lists)
    }
}
