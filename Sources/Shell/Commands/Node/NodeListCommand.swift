import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct NodeListCommand: Command {
    static let syntax = CommandSyntax(
        "node list", group: .nodes, "List the data nodes",
        details: """
            Only the access node is asked: 'node ping' asks the nodes themselves. available tells whether a node is \
            marked as to be used. --format script prints the commands that add these nodes, with their server options.
            """,
        examples: ["node list", "node list --format script"])

    static let columns: [Table.Column] = [
        "node", "host", .integer("port"), "database", "owner", .boolean("available"),
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let nodes = try await context.cluster.nodes()
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: nodes.map { node in
                    [
                        .text(node.name), .text(node.host),
                        node.serverOptions["port"].map { .text($0) } ?? .integer(Int64(node.port)),
                        .text(node.database),
                        .text(node.owner), .bool(node.isAvailable),
                    ]
                }))
        let user = try await context.cluster.capabilities().user
        outcome.script = nodes.flatMap { node -> [String] in
            var lines = [
                ScriptLine.command(
                    "node add", [node.name],
                    [
                        .init("--host", node.host), .init("--port", String(node.port)),
                        .init("--database", node.database), .init("--if-not-exists"),
                    ])
            ]
            lines += Self.options(of: node)
            if !node.isAvailable { lines.append(ScriptLine.command("node disable", [GlobPattern.escaped(node.name)])) }
            if node.owner != user {
                lines.append(
                    ScriptLine.comment(
                        "\(node.name) belongs to \(node.owner); the new one will belong to whoever adds it"))
            }
            return lines
        }
        return outcome
    }

    /// The command that sets its other server options, and what no command sets.
    private static func options(of node: DataNode) -> [String] {
        let others = node.serverOptions.sorted { $0.key < $1.key }
        let known = others.filter { NodeOption(named: $0.key) != nil }.map { "\($0.key)=\($0.value)" }
        let rest = others.map(\.key).filter { NodeOption(named: $0) == nil }
        let command =
            known.isEmpty
            ? [] : [ScriptLine.command("node set", [GlobPattern.escaped(node.name)], [.init("--option", known)])]
        return command
            + rest.map { ScriptLine.comment("\(node.name) has the server option \($0), which no command sets") }
    }
}
