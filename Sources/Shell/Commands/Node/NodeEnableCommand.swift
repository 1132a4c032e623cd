import CommandLanguage

struct NodeEnableCommand: AvailabilityCommand {
    private static let loseData = Flag(
        "--lose-data", "Even where the node has rows that may be nowhere else: they are lost")
    static let names = Operand<[Argument]>("NAMES", .node, offering: .unavailableNodes)

    static let syntax = CommandSyntax(
        "node enable", group: .nodes, "Mark data nodes as available",
        operands: [names], options: [loseData],
        changes: true,
        details: """
            Chunks that were written meanwhile are missing on a node that was disabled: 'hypertable list' and 'check' \
            name hypertables with too few replicas. TimescaleDB drops what the node has of them. So where such a chunk has \
            more rows there than in every copy that answers, nothing is done without --lose-data. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node enable dn3", "node enable 'dn*'"])
    static let makesAvailable = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    var losesData: Bool { arguments[Self.loseData] }
}
