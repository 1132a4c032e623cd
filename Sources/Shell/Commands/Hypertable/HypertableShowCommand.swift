import ClusterAccess
import CommandLanguage
import MultiNode
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
        let capabilities = try await cluster.capabilities()
        let hypertable = try await hypertable(cluster)
        if context.settings.format == .script {
            var outcome = Outcome()
            outcome.script = try await ScriptSources(cluster).script(of: [hypertable])
            return outcome
        }
        let dimensions = try await cluster.send(Dimension.list(of: [hypertable.table])).records
        var report = HypertableReport(hypertable, dimensions.map { Dimension(row: $0) })
        if !capabilities.isEmulated {
            let placements = try await cluster.send(ChunkPlacement.list(of: hypertable.table)).records
            report.placements = placements.map { ChunkPlacement(row: $0) }
        }
        let nodes = try await cluster.nodes().filter { hypertable.nodes.contains($0.name) }
        let limit = cluster.remaining(atMost: .seconds(5)) * 4 / 5
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await Self.size(of: hypertable.table, on: node, cluster, capabilities, timeout: limit)
        }
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
    private func hypertable(_ cluster: Cluster) async throws -> Hypertable {
        let table = try TableName(arguments[Self.tableName].text)
        let all = try await cluster.hypertables()
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

    /// The bytes that the hypertable takes on a node; nil if the node lacks it, and in the emulator, which has no rows.
    private static func size(
        of table: TableName, on node: DataNode, _ cluster: Cluster, _ capabilities: Capabilities, timeout: Duration
    ) async throws(ClusterError) -> Int64? {
        try await cluster.asking(node, timeout: timeout) { link throws(ClusterError) in
            if capabilities.isEmulated { return nil }
            let query = HypertableSize.query(of: table)
            let result = try await cluster.send(query, on: link, node: node.name, timeout: timeout)
            return result.records.first.flatMap { HypertableSize.bytes(row: $0) }
        }
    }
}
