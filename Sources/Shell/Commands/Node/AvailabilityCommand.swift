import CommandLanguage
import MultiNode
import Rendering

/// `node enable` and `node disable` are one thing in two directions.
protocol AvailabilityCommand: ChangingCommand, UncheckedCommand {
    static var makesAvailable: Bool { get }
}

extension AvailabilityCommand {
    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let available = Self.makesAvailable
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let state = available ? "enabled" : "disabled"
            if node.isAvailable == available {
                proposal.unchanged.append("node \(node.name) is \(state)")
                continue
            }
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.setAvailable(available, node.name, capabilities)
            }
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) \(state)"))
        }
        return proposal
    }
}
