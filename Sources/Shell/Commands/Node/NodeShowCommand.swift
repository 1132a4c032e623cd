import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct NodeShowCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "node show", group: .nodes, "Show one data node: its address, its state, what is on it",
        operands: [OperandSyntax("NAME", .node)], examples: ["node show dn1"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let all = try await session.dataNodes()
        let selected = try session.select(arguments.operands("NAME"), from: all, of: arguments)
        guard selected.count == 1, let node = selected.first else {
            throw Failure(arguments.problem("node show takes one node; this selects \(selected.count)"))
        }
        let probe = await session.probe(node)
        try Task.checkInterruption()
        let hypertables = try await session.hypertables().filter { $0.nodes.contains(node.name) }
        var rows: [[Value]] = [
            [.text("node"), .text(node.name)], [.text("host"), .text(node.host)],
            [.text("port"), .integer(Int64(node.port))], [.text("database"), .text(node.database)],
            [.text("owner"), .text(node.owner)], [.text("available"), .bool(node.isAvailable)],
            [.text("state"), .text(probe.state.rawValue)],
        ]
        if let message = probe.message { rows.append([.text("message"), .text(message)]) }
        if let version = probe.version { rows.append([.text("version"), .text(version)]) }
        if let isInRecovery = probe.isInRecovery { rows.append([.text("in recovery"), .bool(isInRecovery)]) }
        if let count = probe.inDoubt { rows.append([.text("in doubt"), .integer(Int64(count))]) }
        rows.append([.text("hypertables"), .array(hypertables.map { .text($0.table.shownName) })])
        return Outcome(table: Table(columns: [.init("property"), .init("value")], rows: rows))
    }
}
