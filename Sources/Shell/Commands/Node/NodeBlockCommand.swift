import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeBlockCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let table = Option<Argument?>(
        "--for", "TABLE", .hypertable, check: TableName.problem, "Only of this hypertable")
    private static let force = Flag("--force", "Even where new chunks will have too few replicas")

    static let syntax = CommandSyntax(
        "node block", group: .nodes, "Let data nodes take no new chunks",
        operands: [names],
        options: [table, force], changes: true,
        details: """
            What is on the node stays there and is read as before. 'node drain' does it too, and then moves what is there \
            to other nodes.
            """,
        examples: ["node block dn3", "node block dn3 --for metrics"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let table = try arguments[Self.table].map { try TableName($0.text) }
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        return try await Proposal.blocking(true, nodes, for: table, context.cluster) { node in
            Nodes.block(node.name, for: table, force: arguments[Self.force], capabilities)
        }
    }
}
