import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HypertableShowCommand: Command {
    private static let tableName = Operand<Argument>("TABLE", .hypertable, check: TableName.problem)

    static let syntax = CommandSyntax(
        "hypertable show", group: .hypertables, "Show one: its dimensions, its chunks, what each node holds",
        operands: [tableName],
        details: """
            Sizes are asked of the data nodes side by side, for at most 4 seconds; of a node that does not answer the size \
            is unknown, and the status is 4. As JSON and CSV it is one fact a row: what it is about (hypertable, \
            dimension, node), the name of that, the property, the value.
            """,
        examples: ["hypertable show metrics", "hypertable show metrics --format json"])

    static let columns: [Table.Column] = [
        "what", "name", "property", .any("value"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let (all, lists) = try await cluster.nodes(with: [Hypertable.list])
        let hypertable = try await hypertable(among: lists[0].get().records.map { Hypertable(row: $0) }, cluster)
        if context.settings.format == .script {
            var outcome = Outcome()
            outcome.script = try await ScriptSources(cluster).script(of: [hypertable])
            return outcome
        }
        let hasChunks = try await !cluster.capabilities().isEmulated
        // The data nodes add up their sizes while the access node counts.
        async let facts = cluster.result { () throws(ClusterError) in
            try await cluster.ask(
                [Dimension.list(of: [hypertable.table])]
                    + (hasChunks ? [ChunkPlacement.list(of: hypertable.table)] : []))
        }
        let limit = cluster.remaining(atMost: .seconds(5)) * 4 / 5
        let answers = await cluster.onEach(all.filter { hypertable.nodes.contains($0.name) }) {
            node throws(ClusterError) in
            try await Self.size(of: hypertable.table, on: node, cluster, hasChunks, timeout: limit)
        }
        let (dimensions, placements) = try await Self.read(facts.get())
        var report = HypertableReport(hypertable, dimensions)
        report.placements = placements
        // After an interrupt some nodes were not asked, so their state is unknown.
        try Task.checkCancellation()
        var outcome = Outcome()
        for answer in answers {
            let state = answer.error.map { Probe.State($0) } ?? .up
            report.nodes.append(.init(name: answer.item.name, state: state, bytes: answer.value ?? nil))
            outcome.nodes.append(NodeOutcome(answer))
            if let error = answer.error { outcome.failures.append(Failure(error)) }
        }
        if !outcome.failures.isEmpty { outcome.status = .partial }
        outcome.table = report.facts
        outcome.text = report.text(terminalWidth: context.output.dataTerminal?.columns)
        outcome.keepsLineEnds = true
        return outcome
    }

    /// The distributed hypertable that the operand names.
    ///
    /// - Throws: an error that says what has that name instead, or which name is nearest.
    private func hypertable(among all: [Hypertable], _ cluster: Cluster) async throws -> Hypertable {
        let table = try TableName(arguments[Self.tableName].text)
        if let found = all.first(where: { $0.table.isNamed(table) }) { return found }
        let operand = arguments[Self.tableName]
        if try await cluster.send(Hypertables.exists(table)).value == "t" {
            throw arguments.problem(
                "\(table) is a table, and no distributed hypertable", at: operand,
                help: "'hypertable create \(Quoting.word(table.description)) TIME_COLUMN' makes it one")
        }
        let nearest = Suggestion.nearest(to: table.shownName, among: all.map(\.table.shownName))
        throw arguments.problem(
            "there is no distributed hypertable \(table)", at: operand,
            help: nearest.map { "did you mean \($0)?" } ?? "'hypertable list' shows them")
    }

    /// The dimensions and the placements of the chunks; no placements in the emulator.
    private static func read(
        _ answers: [Result<QueryResult, ClusterError>]
    ) throws(ClusterError) -> ([Dimension], [ChunkPlacement]?) {
        let dimensions = try answers[0].get().records.map { Dimension(row: $0) }
        guard answers.count > 1 else { return (dimensions, nil) }
        return (dimensions, try answers[1].get().records.map { ChunkPlacement(row: $0) })
    }

    /// The bytes that the hypertable takes on a node; nil if the node lacks it, and in the emulator, which has no rows.
    private static func size(
        of table: TableName, on node: DataNode, _ cluster: Cluster, _ hasChunks: Bool, timeout: Duration
    ) async throws(ClusterError) -> Int64? {
        let questions = hasChunks ? [HypertableSize.query(of: table)] : []
        return try await cluster.meeting(node, timeout: timeout, asking: questions) {
            _, _, answers throws(ClusterError) in
            try answers.first?.get().records.first.flatMap { HypertableSize.bytes(row: $0) }
        }
    }
}
