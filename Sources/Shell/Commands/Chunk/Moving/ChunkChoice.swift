import ClusterAccess
import CommandLanguage
import MultiNode

/// Which chunks a command is about: those that it names, or those of hypertables that its filters choose.
enum ChunkChoice {
    static let names = Operand<[Argument]>("CHUNKS", .hypertable, .zeroOrMore, offering: .hypertablesAndChunks)
    static let of = Option<Argument?>(
        "--of", "TABLE", .hypertable, "All chunks of this hypertable that the filters choose")
    static let compressed = Flag("--compressed", "With --of: only compressed chunks")
    static let uncompressed = Flag("--uncompressed", "With --of: only chunks that are not compressed")
    static let on = Option<[Argument]>(
        "--on", "NODES", .nodes, default: "all", "With --of: only chunks with a copy there")
    static let underReplicated = Flag(
        "--under-replicated", "With --of: only chunks with fewer copies than they should have")

    static let options: [any OptionKey] = [
        of, on, ChunkBoundOption.olderThan, ChunkBoundOption.newerThan, compressed, uncompressed, underReplicated,
    ]
    static let constraints: [Constraint] = [
        .exclusive([compressed, uncompressed])
    ]

    /// The chunks, with the copies that count, and where each is being copied.
    ///
    /// - Throws: an error for an unknown name, or for no choice at all.
    static func chunks(_ arguments: Arguments, _ cluster: Cluster) async throws -> [MovableChunk] {
        let selection = ChunkSelection(arguments, among: try await cluster.chunkedTables())
        let operands = arguments[names]
        guard let table = arguments[of] else {
            guard !operands.isEmpty else {
                throw arguments.problem(
                    "which chunks?", help: "name them, or --of TABLE takes all of a hypertable")
            }
            return try await cluster.movable(
                try selection.chunks(operands, among: try await cluster.chunks(Chunk.Choice())))
        }
        guard operands.isEmpty else {
            throw arguments.problem("--of chooses the chunks, and they can't be named, too", at: operands[0])
        }
        let tables = try selection.tables([table])
        var choice = Chunk.Choice()
        choice.tables = tables.map(\.id)
        choice.olderThan = try ChunkBoundOption.bound(ChunkBoundOption.olderThan, of: arguments, for: tables)
        choice.newerThan = try ChunkBoundOption.bound(ChunkBoundOption.newerThan, of: arguments, for: tables)
        var chunks = try await cluster.chunks(choice).filter { chunk in
            if arguments[compressed] { return chunk.isCompressed == true }
            return !arguments[uncompressed] || chunk.isCompressed == false
        }
        let nodes = try await cluster.nodes()
        if !arguments[on].isEmpty {
            let chosen = Set(try NodeSelection(arguments, among: nodes).list(arguments[on]).map(\.name))
            chunks.removeAll { chosen.isDisjoint(with: $0.nodes) }
        }
        if arguments[underReplicated] {
            // Whether a copy is there tells only its node.
            let survey = CopySurvey(await cluster.facts(of: chunks, among: nodes))
            try Task.checkCancellation()
            chunks.removeAll { !survey.isUnderReplicated($0) }
        }
        return try await cluster.movable(chunks)
    }
}
