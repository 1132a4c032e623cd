import CommandLanguage

struct NodeEnableCommand: AvailabilityCommand {
    private static let loseData = Flag(
        "--lose-data",
        "Even where what the node has can't be compared with other copies: it is dropped, and nothing kept")
    static let names = Operand<[Argument]>("NAMES", .node, offering: .unavailableNodes)

    static let syntax = CommandSyntax(
        "node enable", group: .nodes, "Mark data nodes as available",
        operands: [names], options: [loseData],
        changes: true,
        details: """
            Chunks that were written meanwhile are missing on a node that was disabled: 'hypertable list' and 'check' \
            name hypertables with too few replicas. TimescaleDB drops what the node has of them. So what it has is compared \
            before, row for row, with the copies on other nodes: rows that none of these has are kept on the node, in a table \
            beside the hypertable whose name ends in _replaced, which is told with what brings its rows back. Among these may be rows as \
            they were before they were changed or deleted meanwhile, and those of chunks that were dropped. Where no other copy of a chunk \
            can be read nothing is done; --lose-data compares and keeps nothing. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node enable dn3", "node enable 'dn*'"])
    static let makesAvailable = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    var losesData: Bool { arguments[Self.loseData] }
}
