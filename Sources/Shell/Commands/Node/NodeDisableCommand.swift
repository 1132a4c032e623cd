import CommandLanguage
import MultiNode

struct NodeDisableCommand: AvailabilityCommand {
    static let names = Operand<[Argument]>("NAMES", .node, offering: .availableNodes)

    static let syntax = CommandSyntax(
        "node disable", group: .nodes, "Mark data nodes as unavailable: reads use replicas on others",
        operands: [names], changes: true,
        details: """
            It is what to do when a node is down and reads fail: where every chunk has a replica on another node they \
            go there, and writes leave the node out. Without replicas its chunks can't be read until it is back. \
            Healing skips it. Where the node answers, transactions that read the others as they were before are waited for \
            first, for 10 seconds at most: they would miss rows there. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node disable dn3"])
    static let makesAvailable = false
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func loss(of node: DataNode, _ context: CommandContext) async throws -> AvailabilityLoss {
        var loss = AvailabilityLoss()
        loss.keeping = context.waitingForOlderReaders(
            beside: [node], among: nil, isUrgent: true)
        return loss
    }
}
