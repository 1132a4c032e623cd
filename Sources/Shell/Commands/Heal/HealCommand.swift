import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HealCommand: Command {
    private static let names = Operand<[Argument]>("all|NAMES", .node)
    private static let parallel = Option<Int>("--parallel", "N", 1...1000, default: 16, "How many nodes at once")

    static let syntax = CommandSyntax(
        "heal", group: .healing, "End the distributed transactions left in doubt on data nodes",
        operands: [names],
        options: [parallel], changes: true,
        details: """
            Each node is healed by a statement of its own, side by side, and for at most --timeout (30s): one that is \
            down, hangs or is blocked never holds up the others. The states: clean, healed, in_progress (its transaction \
            still runs on the access node), unreachable, hanging, blocked (a malformed transaction id stands in the way), \
            skipped (marked unavailable), failed (anything else, which the message tells). The status is 4 when some \
            nodes could not be healed, and 1 when none could.
            """,
        examples: ["heal all", "heal dn1 dn2 --timeout 10s", "heal 'dn*'"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "healing can't be in a transaction: TimescaleDB heals each node by a statement of its own"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        let limit = context.settings.timeout ?? .seconds(30)
        let cluster = context.cluster.limited(to: limit)
        let capabilities = try await cluster.capabilities()
        let all = try await cluster.nodes()
        let nodes = try NodeSelection(arguments, among: all).nodes(arguments[Self.names], areLists: true)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        if context.settings.dryRun { return Proposal([]).preview(context.output.hiding) }
        // After a crash the access node would give a lost transaction's number out again: take one first.
        try await cluster.send(Healing.advance)
        // From here on the limit is each node's, not the command's.
        let answers = await cluster.onEach(nodes, parallel: arguments[Self.parallel]) { node throws(ClusterError) in
            try await Self.heal(node, context.cluster, capabilities, within: limit)
        }
        return Self.outcome(answers)
    }

    /// Heals one node over a connection of its own to the access node.
    private static func heal(
        _ node: DataNode, _ cluster: Cluster, _ capabilities: Capabilities, within limit: Duration
    ) async throws(ClusterError) -> HealResult {
        guard node.isAvailable else {
            return HealResult(.skipped, message: "marked unavailable; 'node enable' undoes that")
        }
        let own = cluster.limited(to: limit)
        let result = try await own.aside(within: limit) { link throws(ClusterError) in
            try await own.send(Healing.statement(for: node, capabilities), on: link)
        }
        let healed = result.value.flatMap { Int($0) } ?? 0
        let left = await doubts(on: node, own.limited(to: own.remaining(atMost: .seconds(2))))
        if let left, left > 0 {
            let plural = left == 1 ? "its transaction is" : "\(left) transactions are"
            return HealResult(.inProgress, healed: healed, message: "\(plural) still in progress on the access node")
        }
        return HealResult(healed > 0 ? .healed : .clean, healed: healed)
    }

    private static func doubts(on node: DataNode, _ cluster: Cluster) async -> Int? {
        try? await cluster.asking(node, timeout: .seconds(2)) { link throws(ClusterError) in
            try await cluster.prepared(on: link, node.name, timeout: .seconds(2))
        }.filter { $0.gid.hasPrefix("ts-") }.count
    }

    private static func outcome(_ answers: [Answer<DataNode, HealResult>]) -> Outcome {
        var outcome = Outcome()
        var rows: [[Value]] = []
        var bad: [String] = []
        for answer in answers {
            let node = answer.item
            let result = answer.value ?? answer.error.map { HealResult($0) } ?? HealResult(nil)
            let state = result.state?.rawValue ?? "interrupted"
            if !result.isGood { bad.append("\(node.name) (\(state))") }
            if result.healed > 0 { outcome.changed = true }
            if result.state != nil {
                rows.append([
                    .text(node.name), .text(state), .integer(Int64(result.healed)),
                    .number(JSON.rounded(answer.milliseconds)), result.message.map { .text($0) } ?? .null,
                ])
            }
            outcome.nodes.append(
                NodeOutcome(
                    node.name, ok: result.isGood, sqlstate: result.sqlstate, message: result.message,
                    milliseconds: answer.milliseconds))
        }
        let columns: [Table.Column] = [
            .init("node"), .state("state"), .init("healed", .right), .init("ms", .right), .init("message"),
        ]
        outcome.table = Table(columns: columns, rows: rows)
        if !bad.isEmpty {
            outcome.status = bad.count == answers.count ? .failed : .partial
            outcome.complaint = "not healed: \(bad.joined(separator: ", "))"
        }
        return outcome
    }
}
