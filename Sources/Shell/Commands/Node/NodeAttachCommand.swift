import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeAttachCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let to = Option<[Argument]>(
        "--to", "TABLE", .hypertable, required: true, check: TableName.problem,
        "The hypertables")
    private static let noRepartition = Flag("--no-repartition", "Leave the number of partitions as it is")
    private static let ifNotAttached = Flag("--if-not-attached", "Leave a node that is attached as it is")

    static let syntax = CommandSyntax(
        "node attach", group: .nodes, "Let data nodes take chunks of distributed hypertables",
        operands: [names],
        options: [to, noRepartition, ifNotAttached], changes: true,
        details: """
            Only chunks that are made from then on can be there; none that exists is moved. The number of partitions \
            grows with the nodes unless --no-repartition. Functions, types and extensions that the table needs must be \
            on the node already: 'exec' makes them. A role that writes to the table needs USAGE of the new node: 'role \
            grant'.
            """,
        examples: ["node attach dn4 --to metrics", "node attach dn{4,5} --to metrics events"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let tables = try arguments[Self.to].map { try TableName($0.text) }
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        let ifNotAttached = arguments[Self.ifNotAttached]
        let hypertables = ifNotAttached ? try await context.cluster.hypertables() : []
        var proposal = Proposal([])
        for node in nodes {
            let (attached, others) = tables.split { table in
                hypertables.contains { $0.table.isNamed(table) && $0.nodes.contains(node.name) }
            }
            if !attached.isEmpty {
                proposal.unchanged.append("node \(node.name) is attached to \(attached.names)")
            }
            if others.isEmpty { continue }
            let plan = try Nodes.attach(
                node.name, to: others, ifNotAttached: ifNotAttached,
                repartition: !arguments[Self.noRepartition], capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) attached to \(others.names)"))
        }
        proposal.changedNodes = nodes
        return proposal
    }
}
