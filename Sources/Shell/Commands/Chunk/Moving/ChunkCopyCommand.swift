import ClusterAccess
import CommandLanguage
import MultiNode

struct ChunkCopyCommand: MovingCommand {
    static let syntax = CommandSyntax(
        "chunk copy", group: .chunks, "Make one more copy of chunks, proved equal before it counts",
        operands: [ChunkChoice.names],
        options: [ChunkRoutes.to, ChunkRoutes.from] + ChunkChoice.options + MovingOptions.all,
        constraints: ChunkChoice.constraints, changes: true, preview: .steps(withSQL: true),
        details: """
            As with 'chunk move', and both copies stay; sessions that are open write to the new one, too, from then on. \
            With --of, chunks that one of the nodes has a copy of already are left as they are. Where the disk of one of \
            several nodes in --to is full, the others take what is left.

            \(MovingOptions.placesOfRows)
            """,
        examples: ["chunk copy _dist_hyper_1_1_chunk --to dn2", "chunk copy --of metrics --newer-than 7d --to dn4"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        ChunkMoveCommand.refusalInTransaction(invocation)
    }

    func rest(_ chunks: [String]) -> String {
        arguments[ChunkChoice.of] == nil ? arguments.command(forRemaining: chunks) : arguments.repeated
    }

    var goesRoundFullNodes: Bool { ChunkRoutes.hasChoice(arguments) }

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
        try await ChunkRoutes(arguments, .copy).plan(context, sparing: spared)
    }
}
