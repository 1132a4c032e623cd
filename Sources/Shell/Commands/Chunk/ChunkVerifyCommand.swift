import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct ChunkVerifyCommand: Command {
    private static let names = Operand<[Argument]>(
        "TABLES|CHUNKS", .hypertable, .zeroOrMore, offering: .hypertablesAndChunks)
    private static let counts = Flag("--counts", "Only count the rows, and do not compare them")

    static let syntax = CommandSyntax(
        "chunk verify", group: .chunks, "Compare the copies of each chunk, row for row", operands: [names],
        options: [counts],
        details: """
            The copies of a chunk are read on their nodes at the same time, compressed rows too, and compared by the \
            number of rows and the sum of their hashes, whatever their order. What differs is looked at again: 'differs' \
            are copies that held still and have other rows, with how many rows of others each lacks, and the key of one of \
            them; 'changing' are copies that differed at each of 6 looks while they were written or a transaction was \
            open or in doubt there, of which nothing can be said. A copy that is 'single' has none beside it to be \
            compared with; one that is 'missing' is not on its node. 'compression' are copies with the same rows that are compressed on some of their nodes, or for \
            the access node, and on others not: TimescaleDB neither compresses nor decompresses such a chunk, and it can't \
            be moved. Before TimescaleDB 2.11 it is told, too, where a copy has lost the note that rows were added since it was \
            compressed. The status is 5 when copies differ, in rows or so, and 4 when some could not be compared. Nothing is locked, \
            and no writer waits. A node that does not read a copy within an hour is given up, and all its copies with it. \
            A table shows only what is not the same; other formats have a row for each copy.
            """,
        examples: ["chunk verify", "chunk verify metrics --format json", "chunk verify _dist_hyper_1_1_chunk --counts"])

    static let columns: [Table.Column] = [
        "hypertable", "chunk", "node", .state("state"), .integer("rows"), .integer("lacks"), "example",
        .boolean("compressed"),
    ]

    static let isOwnWork = true

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let countsOnly = arguments[Self.counts]
        let chosen = try await chosen(cluster)
        let several = chosen.filter { $0.copies.count > 1 }
        var verification = ChunkVerification()
        let all = chosen.isEmpty ? [] : try await cluster.nodes()
        if !several.isEmpty {
            let tables = Set(several.map(\.tableID)).sorted()
            let shapes = try await cluster.send(RowShape.list(of: tables)).records.map { RowShape(row: $0) }
            let nodes = all.holding(several.flatMap(\.nodes))
            verification = await cluster.compareCopies(of: several, on: nodes, shapes, countsOnly: countsOnly)
            // After an interrupt some copies were not compared.
            try Task.checkCancellation()
        }
        // What does not answer is told already, or has nothing that is to be compared.
        let silent = Set(verification.answers.filter { $0.error != nil }.map(\.item.name))
        let withNotes = try await !cluster.capabilities().keepsStatusOfCopies
        let unlike = try await cluster.compressedUnlike(
            chosen, among: all.filter { $0.isAvailable && !silent.contains($0.name) }, withNotes: withNotes)
        let nowhere = try await Self.nowhere(chosen.filter { $0.copies.count == 1 }, among: all, cluster)
        let report = CopyReport(
            chosen: chosen, try await Self.current(verification.compared + nowhere, cluster), compressedUnlike: unlike,
            countsOnly: countsOnly)
        var outcome = Outcome(
            table: report.table, text: report.text(terminalWidth: context.output.dataTerminal?.columns))
        outcome.keepsLineEnds = true
        outcome.takeAnswers(verification.answers)
        outcome.failures += verification.failures.map { Failure($0) }
        if !report.unsettled.isEmpty { outcome.status = .partial }
        if report.findsFaults { outcome.status = .notHealthy }
        outcome.complaint = report.complaint
        return outcome
    }

    private func chosen(_ cluster: Cluster) async throws -> [Chunk] {
        let operands = arguments[Self.names]
        let selection = ChunkSelection(arguments, among: try await cluster.chunkedTables())
        var choice = Chunk.Choice()
        guard selection.areTables(operands) else {
            return try selection.chunks(operands, among: try await cluster.chunks(choice))
        }
        if !operands.isEmpty { choice.tables = try selection.tables(operands).map(\.id) }
        return try await cluster.chunks(choice)
    }

    /// The chunks whose only copy is not on its node. Of a node that does not answer nothing is known.
    private static func nowhere(
        _ single: [Chunk], among nodes: [DataNode], _ cluster: Cluster
    ) async throws -> [ComparedChunk] {
        if single.isEmpty { return [] }
        let survey = CopySurvey(await cluster.facts(of: single, among: nodes))
        try Task.checkCancellation()
        return single.filter { $0.copies.contains { survey.has($0) == false } }.map { chunk in
            ComparedChunk(
                chunk: chunk, verdict: .differs, copies: chunk.nodes.map { .init(node: $0, state: .missing) })
        }
    }

    /// Leaves out the chunks that were dropped meanwhile, so that no node has them.
    private static func current(_ compared: [ComparedChunk], _ cluster: Cluster) async throws -> [ComparedChunk] {
        let lacking = compared.filter { $0.copies.contains { $0.state == .missing } }
        if lacking.isEmpty { return compared }
        var choice = Chunk.Choice()
        choice.tables = Set(lacking.map(\.chunk.tableID)).sorted()
        let there = Set(try await cluster.chunks(choice).map(\.id))
        let dropped = Set(lacking.map(\.chunk.id)).subtracting(there)
        return compared.filter { !dropped.contains($0.chunk.id) }
    }
}
