import ClusterAccess
import CommandLanguage
import MultiNode

struct ChunkDropCopyCommand: MovingCommand {
    private static let from = Option<Argument?>("--from", "NODE", .node, required: true, "The copy that goes")

    static let syntax = CommandSyntax(
        "chunk drop-copy", group: .chunks, "Drop copies of chunks, where another copy is equal",
        operands: [ChunkChoice.names], options: [from] + ChunkChoice.options + MovingOptions.ofDrops,
        constraints: ChunkChoice.constraints, changes: true, preview: .steps(withSQL: true), asks: .always,
        details: """
            Writers of the hypertable wait while the copies are compared, and the copy is dropped in the same transaction \
            if another one is equal to it: never the last one, and never one that has rows which no other has.
            """,
        examples: ["chunk drop-copy _dist_hyper_1_1_chunk --from dn1"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    var copies: Bool { false }

    func rest(_ chunks: [String]) -> String {
        arguments[ChunkChoice.of] == nil ? arguments.command(forRemaining: chunks) : arguments.repeated
    }

    func moving(_ context: CommandContext, sparing full: Set<String>) async throws -> MovingPlan {
        let cluster = context.cluster
        var plan = MovingPlan()
        plan.nodes = try await cluster.nodes()
        guard let from = arguments[Self.from] else { throw Failure.noNodes }
        let source = try NodeSelection(arguments, among: plan.nodes).node(from).name
        var lacking: [TableName: Int] = [:]
        for found in try await ChunkChoice.chunks(arguments, cluster) {
            let chunk = found.chunk
            guard chunk.nodes.contains(source) else {
                // Of a whole hypertable only those there are meant.
                if arguments[ChunkChoice.of] == nil {
                    plan.unchanged.append("\(source) has no copy of \(chunk.name.shownName)")
                }
                continue
            }
            guard chunk.nodes.count > 1 else {
                plan.stuck.append(
                    .init(
                        chunk, "the copy on \(source) is the only one",
                        remedy: "'chunk move \(Quoting.word(chunk.name.shownName)) --to NODE' takes it to another node")
                )
                continue
            }
            if chunk.nodes.count <= chunk.replicationFactor { lacking[chunk.table, default: 0] += 1 }
            plan.chunks.append(chunk)
            plan.moves.append(ChunkMove(.drop, chunk.id, from: source, to: nil, bytes: 0, .isAsked))
        }
        plan.notes += lacking.sorted { $0.key.description < $1.key.description }.map { table, count in
            "\(count.counted("chunk")) of \(table.shownName) \(count == 1 ? "has" : "have") fewer copies then than it keeps of each: "
                + "'hypertable repair \(Quoting.word(table.description))' makes others"
        }
        return plan
    }
}
