import CommandLanguage

struct NodeDisableCommand: AvailabilityCommand {
    static let names = Operand<[Argument]>("NAMES", .node, offering: .availableNodes)

    static let syntax = CommandSyntax(
        "node disable", group: .nodes, "Mark data nodes as unavailable: reads use replicas on others",
        operands: [names], changes: true,
        details: """
            It is what to do when a node is down and reads fail: where every chunk has a replica on another node they \
            go there, and writes leave the node out. Without replicas its chunks can't be read until it is back. \
            Healing skips it. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node disable dn3"])
    static let makesAvailable = false
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}
