import ClusterAccess
import CommandLanguage
import MultiNode

/// `node enable` and `node disable`, which differ only in direction.
protocol AvailabilityCommand: ChangingCommand {
    static var makesAvailable: Bool { get }
    static var names: Operand<[Argument]> { get }

    /// What a node loses by it, as it is told behind its success; empty where it loses nothing.
    ///
    /// - Throws: where it is not to be done; a `ClusterError` where the node can't tell, and the others may be changed all the same.
    func loss(of node: DataNode, _ context: CommandContext) async throws -> String
}

extension AvailabilityCommand {
    func loss(of node: DataNode, _ context: CommandContext) async throws -> String { "" }

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
            let loss: String
            do {
                loss = try await self.loss(of: node, context)
            } catch let error as ClusterError where error.kind != .interrupted {
                proposal.failures.append(Failure(error))
                continue
            }
            let plan = try Nodes.setAvailable(available, node.name, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) \(state)\(loss)"))
        }
        return proposal
    }
}
