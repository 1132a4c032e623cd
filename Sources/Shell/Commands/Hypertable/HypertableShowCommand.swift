import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HypertableShowCommand: TableCommand {
    static let syntax = CommandSyntax(
        "hypertable show", group: .hypertables, "Show one: its dimensions, its chunks, what each node holds",
        operands: [OperandSyntax("TABLE", .hypertable)],
        details: """
            Sizes are asked of the data nodes side by side, for at most 4 seconds; of a node that does not answer the size \
            is unknown, and that is no failure. As JSON and CSV it is one fact a row: what it is about (hypertable, \
            dimension, node), the name of that, the property, the value.
            """,
        examples: ["hypertable show metrics", "hypertable show metrics --format json"])

    let arguments: Arguments
    private let table: TableName
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        guard let name = arguments.operand("TABLE") else { throw arguments.problem("hypertable show needs TABLE") }
        table = try arguments.table(name)
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let (connection, capabilities) = try await session.cluster()
        let hypertable = try await session.hypertable(table, arguments)
        if session.settings.format == .script {
            var outcome = Outcome()
            outcome.script = try await session.script(of: [hypertable])
            return outcome
        }
        let dimensions = try await session.send(Dimension.list(of: hypertable.table), on: connection).records
        var report = HypertableReport(hypertable, dimensions.map { Dimension(row: $0) })
        if !capabilities.isEmulated {
            let placements = try await session.send(ChunkPlacement.list(of: hypertable.table), on: connection).records
            report.placements = placements.map { ChunkPlacement(row: $0) }
        }
        let nodes = try await session.dataNodes().filter { hypertable.nodes.contains($0.name) }
        let limit = session.remaining(atMost: .seconds(5)) * 4 / 5
        let answers = await session.onEach(nodes) { node throws(Failure) in
            try await session.size(of: hypertable.table, on: node, capabilities, timeout: limit)
        }
        // What a signal kept from being asked has no state.
        try Task.checkInterruption()
        var outcome = Outcome()
        for (node, answer, milliseconds) in answers {
            let failure: Failure?
            switch answer {
            case .success(let bytes):
                failure = nil
                report.nodes.append(.init(name: node.name, state: .up, bytes: bytes))
            case .failure(let reason):
                failure = reason
                report.nodes.append(.init(name: node.name, state: Probe.State(reason), bytes: nil))
            }
            outcome.nodes.append(
                NodeOutcome(
                    node.name, ok: failure == nil, sqlstate: failure?.sqlstate, message: failure?.summary,
                    milliseconds: milliseconds))
        }
        outcome.table = report.facts
        outcome.text = report.text(terminalWidth: session.output.dataTerminal?.columns)
        return outcome
    }
}

extension Session {
    /// The distributed hypertable that a command's operand names.
    ///
    /// - Throws: what is there instead, or the nearest name there is.
    fileprivate func hypertable(_ table: TableName, _ arguments: Arguments) async throws(Failure) -> Hypertable {
        let all = try await hypertables()
        if let found = all.first(where: { $0.table.isNamed(table) }) { return found }
        let operand = arguments.operand("TABLE")
        let connection = try await cluster().connection
        if try await send(Hypertables.exists(table), on: connection).rows.first?.first == "t" {
            throw Failure(
                arguments.problem(
                    "\(table) is a table, and no distributed hypertable", at: operand,
                    help: "'hypertable create \(Self.quoted(table)) TIME_COLUMN' makes it one"))
        }
        let nearest = Suggestion.nearest(to: table.shownName, among: all.map(\.table.shownName))
        throw Failure(
            arguments.problem(
                "there is no distributed hypertable \(table)", at: operand,
                help: nearest.map { "did you mean \($0)?" } ?? "'hypertable list' shows them"))
    }

    private static func quoted(_ table: TableName) -> String { Arguments.quoted(table.description) }

    /// What the hypertable takes on a node; nil where the node does not have it, and in the emulator, which has no rows.
    fileprivate func size(
        of table: TableName, on node: DataNode, _ capabilities: Capabilities, timeout: Duration
    ) async throws(Failure) -> Int64? {
        try await asking(node, timeout: timeout) { connection throws(Failure) in
            guard !capabilities.isEmulated else { return nil }
            let query = HypertableSize.query(of: table, capabilities)
            let result = try await send(query, on: connection, node: node.name, timeout: timeout)
            return result.records.first.flatMap { HypertableSize.bytes(row: $0) }
        }
    }
}
