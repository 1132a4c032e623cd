import ClusterAccess
import CommandLanguage
import MultiNode

/// `node enable` and `node disable`, which differ only in direction.
protocol AvailabilityCommand: ChangingCommand {
    static var makesAvailable: Bool { get }
    static var names: Operand<[Argument]> { get }
}

extension AvailabilityCommand {
    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let available = Self.makesAvailable
        var proposal = Proposal([])
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        if available, nodes.contains(where: { !$0.isAvailable }) {
            try await context.refusePromoted(nodes, of: arguments)
        }
        for node in nodes {
            let state = available ? "enabled" : "disabled"
            if node.isAvailable == available {
                proposal.unchanged.append("node \(node.name) is \(state)")
                continue
            }
            let plan = try Nodes.setAvailable(available, node.name, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) \(state)"))
        }
        return proposal
    }
}
