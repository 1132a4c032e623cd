import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct ChunkShowCommand: Command {
    private static let chunk = Operand<Argument>("CHUNK", .hypertable, offering: .chunks, check: TableName.problem)

    static let syntax = CommandSyntax(
        "chunk show", group: .chunks, "Show one: what it covers, its copies, and copies under way", operands: [chunk],
        details: """
            The data nodes are asked side by side. Their rows are counted for at most 4 seconds, or as long as \
            --timeout lets; what is not known by then is told as unknown, and is no failure. When a copy was last written is the time of \
            its files, which what is written reaches within the time between two checkpoints; it is unknown where the \
            role may not look at files. Where a node does not answer, the rest is shown, and the status is 4. As JSON and \
            CSV it is one fact a row: what it is about (chunk, slice, copy, copying), the name of that, the property, the \
            value.
            """,
        examples: ["chunk show _dist_hyper_1_1_chunk"])

    static let columns: [Table.Column] = [
        "what", "name", "property", .any("value"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        let chunk = try await chunk(cluster)
        let slices = try await cluster.send(ChunkSlice.list(ofChunk: chunk.id, capabilities)).records
        var copyings: [ChunkCopying] = []
        if capabilities.canCopyChunks {
            copyings = try await cluster.send(ChunkCopying.list(ofChunk: chunk.id)).records.map { .init(row: $0) }
            // Only tscl removes the records of copies that are complete.
            copyings.removeAll { $0.stage == "complete" && !$0.isUnproved }
        }
        let nodes = try await cluster.nodes().holding(chunk.nodes)
        let answers = await cluster.copies(
            of: chunk, on: nodes,
            countingFor: cluster.remaining(atMost: context.settings.timeout ?? .seconds(5)) * 4 / 5)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        let copies = answers.map { answer -> ChunkReport.Copy in
            guard let found = answer.value else { return .init(node: answer.item.name, state: .unknown) }
            guard let copy = found else { return .init(node: answer.item.name, state: .missing) }
            return ChunkReport.Copy(
                node: answer.item.name, state: .present, bytes: copy.facts.bytes,
                isCompressed: copy.facts.isCompressed, rows: copy.rows, lastWritten: copy.lastWritten)
        }
        let report = ChunkReport(
            chunk: chunk, slices: slices.map { ChunkSlice(row: $0) }, copies: copies, copyings: copyings)
        var outcome = Outcome(
            table: report.facts, text: report.text(terminalWidth: context.output.dataTerminal?.columns))
        outcome.keepsLineEnds = true
        outcome.takeAnswers(answers)
        return outcome
    }

    private func chunk(_ cluster: Cluster) async throws -> Chunk {
        let operand = arguments[Self.chunk]
        var choice = Chunk.Choice()
        choice.name = try TableName(operand.text)
        let found = try await cluster.chunks(choice)
        guard let chunk = found.first else {
            throw arguments.problem(
                "there is no chunk \(operand.text)", at: operand, help: "'chunk list' shows the chunks")
        }
        guard found.count == 1 else {
            let names = found.map(\.name.description).listed
            throw arguments.problem(
                "several chunks have this name: \(names)", at: operand, help: "name its schema, too")
        }
        return chunk
    }
}
