import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering

struct StatusCommand: Command {
    private static let watch = Option<Duration?>(
        "--watch", "TIME", check: Duration.check("--watch", atLeast: .milliseconds(100)),
        "Show it again and again, after this time each, until Ctrl-C")

    static let syntax = CommandSyntax(
        "status", group: .session, "Show the cluster on one screen",
        options: [watch],
        details: """
            All nodes are asked side by side, for at most 4 seconds, from here and by the access node, whose way counts; \
            a node that fails is shown and holds up nothing. The status is 5 when a node is not up or its version does not \
            fit, the access node is read only, a transaction is in doubt, or a chunk has too few replicas.
            """,
        examples: ["status", "status --watch 2s", "status --watch 30s --format json"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        guard let interval = arguments[Self.watch] else { return try await Self.report(context.cluster) }
        return await watch(context, every: interval)
    }

    /// Shows the report repeatedly until the command is interrupted. That is the normal end, so it is not reported.
    private func watch(_ context: CommandContext, every interval: Duration) async -> Outcome {
        let (output, presentation) = (context.output, context.presentation)
        while !output.isBroken, !Task.isCancelled {
            let started = ContinuousClock.now
            let answer: Result<Outcome, Failure>
            do throws(ClusterError) {
                var report = try await Self.report(context.cluster.limited(to: context.settings.timeout))
                // The complaint repeats what the watcher sees in the table.
                report.complaint = nil
                report.notes = []
                answer = .success(report)
            } catch {
                answer = .failure(Failure(error))
                // The next round then opens the connection again.
                if error.isAccessNodeUnreachable { await context.cluster.connection.disconnect() }
            }
            if Task.isCancelled { break }
            if [.table, .expanded].contains(context.settings.format) { output.beginRound() }
            do throws(Failure) {
                try await presentation.show(try answer.get(), of: Self.syntax.name, paged: false)
            } catch {
                // The watch continues, because the access node may come back.
                presentation.show(error, of: Self.syntax.name)
            }
            do throws(CancellationError) {
                try await EventLoop.shared.sleep(until: started.advanced(by: interval))
            } catch {
                break
            }
        }
        var outcome = Outcome(status: .interrupted)
        outcome.isShown = false
        return outcome
    }

    /// The current state of the cluster; the status tells whether it is healthy.
    private static func report(_ cluster: Cluster) async throws(ClusterError) -> Outcome {
        let report = try await ClusterReport(of: cluster)
        let summary = ConnectionSummary(
            try await cluster.link().info, label: await cluster.connection.target.label, report.capabilities)
        var outcome = Outcome(
            table: StatusTable(report, summary).table, status: report.isHealthy ? .done : .notHealthy)
        let faults = report.faults
        if !faults.isEmpty { outcome.complaint = "not healthy: \(faults.listed)" }
        outcome.nodes = report.probes.map { NodeOutcome($0) }
        outcome.notes = report.probes.compactMap(\.advice)
        return outcome
    }
}
