import ClusterAccess
import CommandLanguage
import MultiNode

struct ChunkMoveCommand: MovingCommand {
    static let syntax = CommandSyntax(
        "chunk move", group: .chunks, "Move chunks to other nodes, proved equal before the old copy goes",
        operands: [ChunkChoice.names],
        options: [ChunkRoutes.to, ChunkRoutes.from] + ChunkChoice.options + MovingOptions.all,
        constraints: ChunkChoice.constraints, changes: true, preview: .steps(withSQL: true),
        details: """
            Each chunk is copied by TimescaleDB; then writers of its hypertable wait while both copies are compared row \
            for row, and in the same transaction the old one is dropped where they are equal, or the new one where they \
            are not. So no row is lost, whoever writes meanwhile, and wherever it is stopped or killed; run again, it goes on. A \
            chunk that is written to during two copies is copied a third time, for whose end its writers wait, and a fourth, for \
            all of which they wait, where that is expected to take no longer than --max-lock. Where it would wait itself for \
            one of those that wait, they are let go, and it is tried again. Where both nodes have a copy already, as behind a move that broke off, \
            they are compared, and the old one is dropped. Readers go on; one that has begun to read the chunk when the old copy \
            goes may get an error once, and so may a COPY that waits then. Where the disk of one of several nodes in --to is full, the others take \
            what is left. The first Ctrl-C lets the chunks in hand end, the second cancels \
            them. It needs TimescaleDB 2.7, and a superuser who gets to the nodes from here. The status is 4 when some \
            chunks were not moved.

            \(MovingOptions.placesOfRows)
            """,
        examples: [
            "chunk move _dist_hyper_1_1_chunk --to dn2", "chunk move --of metrics --older-than 90d --from dn1 --to dn4",
            "chunk move --of metrics --from dn1 --to dn2,dn3 --until 06:00 --dry-run",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "chunks can't be copied in a transaction: TimescaleDB copies each by several of its own"
    }

    func rest(_ chunks: [String]) -> String {
        arguments[ChunkChoice.of] == nil ? arguments.command(forRemaining: chunks) : arguments.repeated
    }

    var goesRoundFullNodes: Bool { ChunkRoutes.hasChoice(arguments) }

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
        try await ChunkRoutes(arguments, .move).plan(context, sparing: spared)
    }
}
