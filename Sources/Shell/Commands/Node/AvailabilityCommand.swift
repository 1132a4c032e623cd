import ClusterAccess
import CommandLanguage
import MultiNode

/// `node enable` and `node disable`, which differ only in direction.
protocol AvailabilityCommand: ChangingCommand {
    static var makesAvailable: Bool { get }
    static var names: Operand<[Argument]> { get }

    /// What a node loses by it.
    ///
    /// - Throws: where it is not to be done; a `ClusterError` where the node can't tell, and the others may be changed all the same.
    func loss(of node: DataNode, _ context: CommandContext) async throws -> AvailabilityLoss
}

/// What a node loses by being marked as available, or unavailable.
struct AvailabilityLoss {
    /// What is told behind the success; empty where it loses nothing.
    var text = ""
    /// What the preview tells of it.
    var warnings: [String] = []
    /// How long the access node may take for it; nil for as long as the command.
    var limit: Duration?
    /// What is done on the node first, so that no row is lost; it tells what came of it, in lines.
    var keeping: (@Sendable () async throws -> [String])?
}

extension AvailabilityCommand {
    func loss(of node: DataNode, _ context: CommandContext) async throws -> AvailabilityLoss { AvailabilityLoss() }

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
            let loss: AvailabilityLoss
            do {
                loss = try await self.loss(of: node, context)
            } catch let error as ClusterError where error.kind != .interrupted {
                proposal.failures.append(Failure(error))
                continue
            }
            let plan = try Nodes.setAvailable(available, node.name, capabilities)
            if context.settings.dryRun { proposal.warnings += loss.warnings }
            var item = Proposal.Item(name: node.name, plan, done: "node \(node.name) \(state)\(loss.text)")
            item.before = loss.keeping
            item.limit = loss.limit
            proposal.items.append(item)
        }
        return proposal
    }
}
