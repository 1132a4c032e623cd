import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct ChunkListCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    private static let on = Option<[Argument]>(
        "--on", "NODES", .nodes, default: "all", "Only chunks with a copy there, and the bytes of those copies")
    private static let compressed = Flag("--compressed", "Only compressed chunks")
    private static let uncompressed = Flag("--uncompressed", "Only chunks that are not compressed")
    private static let underReplicated = Flag(
        "--under-replicated",
        "Only chunks with fewer copies than they should have, those not counted that are not there")

    static let syntax = CommandSyntax(
        "chunk list", group: .chunks, "List the chunks of distributed hypertables, where they are, and their sizes",
        operands: [tables],
        options: [
            on, ChunkBoundOption.olderThan, ChunkBoundOption.newerThan, compressed, uncompressed, underReplicated,
        ],
        constraints: [.exclusive([compressed, uncompressed])],
        details: """
            The bytes are those of all copies together, with indexes and TOAST. They are asked of the data nodes, each \
            once, side by side; where a node does not answer, the bytes of its chunks are unknown, all else is shown, and \
            the status is 4. A day of --older-than and --newer-than is 24 hours; a time without a zone is in that of \
            the session on the access node.
            """,
        examples: [
            "chunk list metrics --older-than 30d --uncompressed", "chunk list --on dn1 --format json",
            "chunk list --under-replicated",
        ])

    static let columns: [Table.Column] = [
        "hypertable", "chunk", "range_start", "range_end", .array("nodes"), .integer("bytes"), .boolean("compressed"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let nodes = try await cluster.nodes()
        let chosen: Set<String>? =
            arguments[Self.on].isEmpty
            ? nil : Set(try NodeSelection(arguments, among: nodes).list(arguments[Self.on]).map(\.name))
        let tables = try ChunkSelection(arguments, among: try await cluster.chunkedTables())
            .tables(arguments[Self.tables])
        var choice = Chunk.Choice()
        if !arguments[Self.tables].isEmpty { choice.tables = tables.map(\.id) }
        choice.olderThan = try ChunkBoundOption.bound(ChunkBoundOption.olderThan, of: arguments, for: tables)
        choice.newerThan = try ChunkBoundOption.bound(ChunkBoundOption.newerThan, of: arguments, for: tables)
        var chunks = try await cluster.chunks(choice)
        chunks.removeAll { chunk in
            if let chosen, chosen.isDisjoint(with: chunk.nodes) { return true }
            return !(chunk.isCompressed.map(fits) ?? true)
        }
        let wantsLacking = arguments[Self.underReplicated]
        // Whether a copy is there tells only its node.
        let answers = await cluster.facts(of: chunks, on: wantsLacking ? nil : chosen, among: nodes)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        let survey = CopySurvey(answers)
        // Where only the nodes know it, a chunk stays in the list if they do not tell.
        chunks.removeAll { chunk in
            if wantsLacking, !survey.isUnderReplicated(chunk) { return true }
            return !(survey.isCompressed(chunk).map(fits) ?? true)
        }
        var outcome = Outcome(table: Self.table(chunks, survey, on: chosen))
        outcome.takeAnswers(answers)
        return outcome
    }

    private func fits(_ isCompressed: Bool) -> Bool {
        !arguments[isCompressed ? Self.uncompressed : Self.compressed]
    }

    /// A row is made when it is written: what it is made of takes a fraction of its room.
    private static func table(_ chunks: [Chunk], _ survey: CopySurvey, on nodes: Set<String>?) -> Table {
        Table(columns: columns, count: chunks.count) { index in
            let chunk = chunks[index]
            let copies = chunk.copies.filter { nodes?.contains($0.node) ?? true }
            return [
                .text(chunk.table.shownName), .text(chunk.name.shownName),
                chunk.rangeStart.map { .text($0) } ?? .null, chunk.rangeEnd.map { .text($0) } ?? .null,
                .array(chunk.nodes.map { .text($0) }), survey.bytes(of: copies).map { .integer($0) } ?? .null,
                survey.isCompressed(chunk).map { .bool($0) } ?? .null,
            ]
        }
    }
}

extension Outcome {
    /// Takes what each node answered; where one failed, the answer is partial.
    mutating func takeAnswers<Value>(_ answers: [Answer<DataNode, Value>]) {
        for answer in answers {
            nodes.append(NodeOutcome(answer))
            guard let error = answer.error else { continue }
            failures.append(Failure(error))
            status = .partial
        }
    }
}
