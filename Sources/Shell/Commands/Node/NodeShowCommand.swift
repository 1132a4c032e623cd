import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct NodeShowCommand: Command {
    private static let node = Operand<Argument>("NAME", .node)

    static let syntax = CommandSyntax(
        "node show", group: .nodes, "Show one data node: its address, its state, what is on it",
        operands: [node],
        details: "The status is 4 where the node is not up: then only what the access node knows of it is shown.",
        examples: ["node show dn1"])

    static let columns: [Table.Column] = [
        "property", .any("value"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let node = try NodeSelection(arguments, among: try await cluster.nodes()).node(arguments[Self.node])
        guard let probe = await cluster.probeBothWays([node]).first else { throw Failure(.interrupted) }
        try Task.checkCancellation()
        let hypertables = try await cluster.hypertables().filter { $0.nodes.contains(node.name) }
        var rows: [[Value]] = [
            [.text("node"), .text(node.name)], [.text("host"), .text(node.host)],
            [.text("port"), .integer(Int64(node.port))], [.text("database"), .text(node.database)],
            [.text("owner"), .text(node.owner)], [.text("available"), .bool(node.isAvailable)],
            [.text("state"), .text(probe.nodeState.rawValue)],
        ]
        let options = node.serverOptions.sorted { $0.key < $1.key }.map { key, value in
            "\(key)=\(NodeOption.isSecret(key) ? SQL.mask : value)"
        }
        if !options.isEmpty { rows.append([.text("options"), .array(options.map { .text($0) })]) }
        if let message = probe.remark { rows.append([.text("message"), .text(message)]) }
        if let version = probe.version { rows.append([.text("version"), .text(version)]) }
        if let isInRecovery = probe.isInRecovery { rows.append([.text("in recovery"), .bool(isInRecovery)]) }
        if let count = probe.inDoubt { rows.append([.text("in doubt"), .integer(Int64(count))]) }
        rows.append([.text("hypertables"), .array(hypertables.map { .text($0.table.shownName) })])
        let blocked = hypertables.filter { $0.blockedNodes.contains(node.name) }
        if !blocked.isEmpty {
            rows.append([.text("no new chunks of"), .array(blocked.map { .text($0.table.shownName) })])
        }
        var outcome = Outcome(table: Table(columns: Self.columns, rows: rows), nodes: [NodeOutcome(probe)])
        if probe.nodeState != .up {
            outcome.status = .partial
            outcome.complaint = "\(node.name) is not up (\(probe.nodeState.rawValue))"
        }
        return outcome
    }
}
