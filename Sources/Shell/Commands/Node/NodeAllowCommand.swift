import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeAllowCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node, offering: .blockedNodes)
    private static let table = Option<Argument?>(
        "--for", "TABLE", .hypertable, check: TableName.problem, "Only of this hypertable")

    static let syntax = CommandSyntax(
        "node allow", group: .nodes, "Let data nodes take new chunks again",
        operands: [names],
        options: [table], changes: true,
        details: "It takes back what 'node block' did.", examples: ["node allow dn3", "node allow 'dn*' --for metrics"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let table = try arguments[Self.table].map { try TableName($0.text) }
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        return try await Proposal.blocking(false, nodes, for: table, context.cluster) { node in
            Nodes.allow(node.name, for: table, capabilities)
        }
    }
}
