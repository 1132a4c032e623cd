import ClusterAccess
import CommandLanguage
import MultiNode

/// Which chunks a command is about: those that it names, or those of hypertables, and of these what its filters choose.
enum ChunkChoice {
    static let names = Operand<[Argument]>("CHUNKS", .hypertable, .zeroOrMore, offering: .hypertablesAndChunks)
    static let of = Option<Argument?>(
        "--of", "TABLE", .hypertable, "All chunks of this hypertable that the filters choose")
    static let compressed = Flag("--compressed", "Only compressed chunks")
    static let uncompressed = Flag("--uncompressed", "Only chunks that are not compressed")
    static let on = Option<[Argument]>("--on", "NODES", .nodes, default: "all", "Only chunks with a copy there")
    static let underReplicated = Flag(
        "--under-replicated", "Only chunks with fewer copies than they should have")

    static let options: [any OptionKey] = [
        of, on, ChunkBoundOption.olderThan, ChunkBoundOption.newerThan, compressed, uncompressed, underReplicated,
    ]
    static let constraints: [Constraint] = [
        .exclusive([compressed, uncompressed]),
        .alone(of, message: "--of chooses the chunks, and they can't be named, too"),
    ]

    /// The chunks, with the copies that count, and where each is being copied.
    ///
    /// - Throws: an error for an unknown name, or for no choice at all.
    static func chunks(_ arguments: Arguments, _ cluster: Cluster) async throws -> [MovableChunk] {
        let selection = ChunkSelection(arguments, among: try await cluster.chunkedTables())
        var choice = Chunk.Choice()
        var named: Set<Int>?
        let tables: [ChunkedTable]
        if let table = arguments[of] {
            tables = try selection.tables([table])
        } else if arguments[names].isEmpty {
            throw arguments.problem("which chunks?", help: "name them, or --of TABLE takes all of a hypertable")
        } else {
            let found = try selection.chunks(arguments[names], among: try await cluster.chunks(choice))
            named = Set(found.map(\.id))
            tables = selection.tables(of: found)
        }
        choice.tables = tables.map(\.id)
        choice.olderThan = try ChunkBoundOption.bound(ChunkBoundOption.olderThan, of: arguments, for: tables)
        choice.newerThan = try ChunkBoundOption.bound(ChunkBoundOption.newerThan, of: arguments, for: tables)
        let chosen = try await cluster.chunks(choice).filter { named?.contains($0.id) ?? true }
        return try await cluster.movable(try await filtered(chosen, arguments, cluster))
    }

    /// Those that the filters choose that are no bounds of time. What is not known of a chunk does not choose it.
    private static func filtered(
        _ chosen: [Chunk], _ arguments: Arguments, _ cluster: Cluster
    ) async throws -> [Chunk] {
        var chunks = chosen
        let nodes = try await cluster.nodes()
        if !arguments[on].isEmpty {
            let wanted = Set(try NodeSelection(arguments, among: nodes).list(arguments[on]).map(\.name))
            chunks.removeAll { wanted.isDisjoint(with: $0.nodes) }
        }
        let isCompressed = arguments[compressed] ? true : arguments[uncompressed] ? false : nil
        if let isCompressed { chunks.removeAll { ($0.isCompressed ?? isCompressed) != isCompressed } }
        // Whether a copy is there tells only its node; so do old versions with whether it is compressed.
        let isAsked = isCompressed != nil && chunks.contains { $0.isCompressed == nil }
        guard arguments[underReplicated] || isAsked else { return chunks }
        let survey = CopySurvey(await cluster.facts(of: chunks, among: nodes))
        try Task.checkCancellation()
        if arguments[underReplicated] { chunks.removeAll { !survey.isUnderReplicated($0) } }
        if let isCompressed { chunks.removeAll { survey.isCompressed($0) != isCompressed } }
        return chunks
    }
}
