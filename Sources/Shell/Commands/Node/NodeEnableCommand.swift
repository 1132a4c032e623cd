import CommandLanguage

struct NodeEnableCommand: AvailabilityCommand {
    static let names = Operand<[Argument]>("NAMES", .node, offering: .unavailableNodes)

    static let syntax = CommandSyntax(
        "node enable", group: .nodes, "Mark data nodes as available",
        operands: [names],
        changes: true,
        details: """
            Chunks that were written meanwhile are missing on a node that was disabled: 'hypertable list' and 'check' \
            name hypertables with too few replicas. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node enable dn3", "node enable 'dn*'"])
    static let makesAvailable = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}
