import ClusterAccess
import CommandLanguage
import MultiNode
import Operations

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

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
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
                        remedy: "'chunk move \(Quoting.word(chunk.name.shownName)) --to NODE' takes it to another node",
                        mayGoOn: false)
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
        if context.settings.dryRun { try await refuseDiffering(in: &plan, from: source, cluster) }
        return plan
    }

    /// How many bytes of copies are read to see what the run would refuse.
    private static let mostBytes: Int64 = 256 << 20

    /// Leaves out what the run would refuse, as far as numbers of rows tell that; nobody is held up for it.
    private func refuseDiffering(in plan: inout MovingPlan, from source: String, _ cluster: Cluster) async throws {
        let survey = CopySurvey(await cluster.facts(of: plan.chunks, among: plan.nodes))
        var left = Self.mostBytes
        let read = plan.chunks.prefix { chunk in
            left -= survey.bytes(of: chunk.copies) ?? 0
            return left >= 0
        }
        guard !read.isEmpty else { return }
        let shapes = try await cluster.send(RowShape.list(of: Set(read.map(\.tableID)).sorted())).records
        let verification = await cluster.compareCopies(
            of: Array(read), on: plan.nodes.holding(read.flatMap(\.nodes)), shapes.map { RowShape(row: $0) },
            countsOnly: true)
        // After an interrupt some copies were not compared.
        try Task.checkCancellation()
        for result in verification.compared where result.verdict == .differs {
            let rows = Dictionary(result.copies.compactMap { copy in copy.rows.map { (copy.node, $0) } }) { $1 }
            guard let own = rows[source], !rows.contains(where: { $0.key != source && $0.value == own }) else {
                continue
            }
            let error = ClusterError.differs(result.chunk, from: source, rows)
            plan.moves.removeAll { $0.chunk == result.chunk.id }
            plan.stuck.append(.init(result.chunk, error.message, remedy: error.remedy, mayGoOn: false))
        }
    }
}
