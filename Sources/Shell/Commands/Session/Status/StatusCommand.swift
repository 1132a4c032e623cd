import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering
import Sandbox

struct StatusCommand: Command {
    static let syntax = CommandSyntax(
        "status", group: .session, "Show the cluster on one screen",
        options: [WatchOption.key],
        details: """
            All nodes are asked side by side, for at most 4 seconds, from here and by the access node, whose way counts; \
            a node that fails is shown and holds up nothing. The status is 5 when a node is not up or its version does not \
            fit, the access node is read only, a transaction is in doubt, or a chunk has too few replicas. At its end it says \
            what to do first, as commands. Of more than eight nodes the worst have a line, and the others are counted; \
            'node ping' lists all of them. In JSON the field cluster has every number by itself.
            """,
        examples: ["status", "status --watch 2s", "status --watch 30s --format json"])

    static let columns: [Table.Column] = {
        // A word, or a number of what there is.
        var state = Table.Column.any("state")
        state.isState = true
        return ["what", state, "note"]
    }()

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    var isRepeated: Bool { arguments.has(WatchOption.key) }

    func run(_ context: CommandContext) async throws -> Outcome {
        let sandboxNodes = Set((context.target.sandbox?.nodes ?? []).map(\.name))
        guard let interval = arguments[WatchOption.key] else {
            return try await Self.report(context.cluster, sandboxNodes: sandboxNodes)
        }
        return await context.watch(Self.syntax.name, every: interval) {
            try await Self.report($0, sandboxNodes: sandboxNodes)
        }
    }

    /// The current state of the cluster; the status tells whether it is healthy.
    private static func report(_ cluster: Cluster, sandboxNodes: Set<String>) async throws(ClusterError) -> Outcome {
        let report = try await ClusterReport(of: cluster, measures: true)
        let summary = ConnectionSummary(
            try await cluster.link().info, label: await cluster.connection.target.label, report.capabilities)
        let steps = StatusSteps(report, sandboxNodes: sandboxNodes)
        var outcome = Outcome(
            table: StatusTable(report, summary).table, status: report.isHealthy ? .done : .notHealthy)
        outcome.screen = StatusScreen(report, summary, steps)
        outcome.facts = [StatusFacts(report, summary, steps).member]
        let faults = report.faults
        if !faults.isEmpty { outcome.complaint = "not healthy: \(faults.listed)" }
        outcome.nodes = report.probes.map { NodeOutcome($0) }
        // Of several, each node's line tells why.
        let advice = report.probes.filter { $0.node.name != report.promotion?.node && !$0.node.hasLeftOnPurpose }
            .compactMap(\.advice)
        outcome.notes = advice.count == 1 ? advice : []
        return outcome
    }
}
