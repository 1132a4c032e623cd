import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct NodePingCommand: Command {
    private static let names = Operand<[Argument]>("NAMES", .node, .zeroOrMore)

    static let syntax = CommandSyntax(
        "node ping", group: .nodes, "Ask each data node whether it answers, side by side",
        operands: [names],
        details: """
            A node is asked both ways: by the access node, as it does with every statement of the cluster, and by a \
            connection of tscl's own from this machine; the message tells which way fails. The states: up; down \
            (no server, or none that can be reached); hanging (no answer within 5 seconds, or --timeout, which is for all \
            of it); refused (it answers and opens no session, for the reason that the message gives, or the access node is \
            not let in). What the access node reaches is up, even where it can't be asked from here; but not where it \
            does not prove itself as the sslmode of this session asks. The status is 4 when some nodes are not up, and 1 \
            when none is.
            """,
        examples: ["node ping", "node ping 'dn*' --timeout 2s"])

    static let columns: [Table.Column] = [
        "node", .state("state"), .number("ms"), "message",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        var limit = context.settings.limit(usually: .seconds(5))
        // What --timeout says is for all of it, from the first connection on.
        let isLimited = context.cluster.deadline != nil
        var nodes = try await (isLimited ? context.cluster : context.cluster.limited(to: limit)).nodes()
        if isLimited { limit = context.cluster.remaining(atMost: limit) }
        let names = arguments[Self.names]
        if !names.isEmpty { nodes = try NodeSelection(arguments, among: nodes).nodes(names) }
        // From here on the limit applies to each node.
        let answers = await context.cluster.limited(to: nil).probeBothWays(nodes, timeout: limit)
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: answers.filter { $0.state != .interrupted }.map { probe in
                    [
                        .text(probe.node.name), .text(probe.nodeState.rawValue),
                        .number(JSON.rounded(probe.milliseconds)), Self.message(probe).map { .text($0) } ?? .null,
                    ]
                }))
        outcome.nodes = answers.map { NodeOutcome($0) }
        let up = answers.count { $0.nodeState == .up }
        if up < answers.count {
            outcome.status = up == 0 ? .failed : .partial
            func names(_ isOfAccessNode: Bool) -> String {
                let bad = answers.filter { $0.nodeState != .up && ($0.state == .up) == isOfAccessNode }
                return bad.map { "\($0.node.name) (\($0.nodeState.rawValue))" }.listed
            }
            let complaints = [("not up:", names(false)), ("the access node does not reach", names(true))]
            outcome.complaint = complaints.filter { !$0.1.isEmpty }.map { "\($0) \($1)" }.joined(separator: "; ")
        }
        outcome.notes = answers.compactMap(\.advice)
        return outcome
    }

    private static func message(_ probe: Probe) -> String? {
        let state = probe.isInRecovery == true ? "in recovery, a standby: it takes no writes" : nil
        let told = [probe.remark, state].compactMap(\.self)
        return told.isEmpty ? nil : told.joined(separator: "; ")
    }
}
