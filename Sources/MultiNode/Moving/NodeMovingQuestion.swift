/// What is asked of a data node before chunks are moved from it or to it.
package struct NodeMovingQuestion: Sendable {
    /// Chunks whose name another table may have there.
    package let chunks: [TableName]
    /// The tables to which foreign keys refer.
    package let parents: [TableName]
    /// Hypertables that may have no compression there.
    package let tables: [TableName]
    /// Chunks of which rows may have been updated or deleted there.
    package let sources: [TableName]
    /// Chunks that are to be copied from there.
    package let copied: [TableName]

    package init(
        chunks: [TableName] = [], parents: [TableName] = [], tables: [TableName] = [], sources: [TableName] = [],
        copied: [TableName] = []
    ) {
        (self.chunks, self.parents, self.tables, self.sources) = (chunks, parents, tables, sources)
        self.copied = copied
    }

    package var query: SQL {
        NodeMovingContents.query(chunks: chunks, parents: parents, tables: tables, sources: sources, copied: copied)
    }

    var isEmpty: Bool {
        chunks.isEmpty && parents.isEmpty && tables.isEmpty && sources.isEmpty && copied.isEmpty
    }
}

/// The questions for one node about the moves that it is an end of, each made when it is asked.
package struct NodeMovingQuestions: Sendable, Sequence, IteratorProtocol {
    /// So many chunks are asked for at once: the names of all would take more room than the plan of their moves.
    private static let most = 5000

    private let moves: [ChunkMove]
    private let chunks: [Int: Chunk]
    private let node: String
    private var parents: [TableName]
    private var tables: [TableName]
    /// How many moves were looked at.
    private var place = 0

    /// - Parameters:
    ///   - chunks: those of the moves, by their numbers.
    ///   - node: its name.
    package init(of moves: [ChunkMove], _ chunks: [Int: Chunk], on node: String, _ catalog: MovingCatalog) {
        (self.moves, self.chunks, self.node) = (moves, chunks, node)
        var (numbers, compressed) = (Set<Int>(), Set<TableName>())
        for move in moves where move.kind != .drop && (move.source == node || move.destination == node) {
            guard let chunk = chunks[move.chunk] else { continue }
            numbers.insert(chunk.tableID)
            if move.destination == node, chunk.isCompressed != false { compressed.insert(chunk.table) }
        }
        parents = catalog.parents(ofTables: numbers)
        tables = compressed.sorted { $0.quoted < $1.quoted }
    }

    package mutating func next() -> NodeMovingQuestion? {
        var (names, sources, copied) = ([TableName](), [TableName](), [TableName]())
        while place < moves.count, names.count + copied.count < Self.most {
            let move = moves[place]
            place += 1
            guard move.kind != .drop, let chunk = chunks[move.chunk] else { continue }
            if move.destination == node { names.append(chunk.name) }
            guard move.source == node else { continue }
            copied.append(chunk.name)
            if move.hasSeveralCopies(of: chunk) { sources.append(chunk.name) }
        }
        let question = NodeMovingQuestion(
            chunks: names, parents: parents, tables: tables, sources: sources, copied: copied)
        // They are told at once.
        (parents, tables) = ([], [])
        return question.isEmpty ? nil : question
    }
}
