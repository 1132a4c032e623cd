import ClusterAccess
package import CommandLanguage
package import MultiNode
package import Operations

/// A command that works step by step: what is done is asked of the cluster, so that it goes on when it is run again.
package protocol OperationCommand: Command {
    associatedtype Work: Step

    var arguments: Arguments { get }

    func work(_ context: CommandContext) async throws -> StepwiseWork<Work>

    /// What became of the steps, as this command tells it.
    ///
    /// - Parameter isStopped: whether it was asked to stop before its end.
    func outcome(
        _ records: [StepRecord<Work>], of work: StepwiseWork<Work>, isStopped: Bool, _ context: CommandContext
    ) async throws -> Outcome
}

/// What a command is going to do, step by step.
package struct StepwiseWork<Work: Step>: Sendable {
    /// Sent once, before the first step.
    package var before = Plan()
    package var operation: Operation<Work>
    /// Items already in the wanted state.
    package var unchanged: [String] = []

    package init(before: Plan = Plan(), _ operation: Operation<Work>, unchanged: [String] = []) {
        self.before = before
        self.operation = operation
        self.unchanged = unchanged
    }

    /// What `--dry-run` shows.
    func preview(_ hide: (String) -> String) -> Outcome {
        var lines = unchanged.map { "-- unchanged: \($0)" }
        let plan = operation.plan
        if !before.isEmpty { lines.append(before.shown()) }
        if !plan.isEmpty { lines.append(plan.shown(sideBySide: operation.mayRunSideBySide)) }
        if before.isEmpty, plan.isEmpty { lines.append("-- nothing to do") }
        return Outcome(table: .plan(before.sent + plan.sent, hide), text: lines)
    }
}

extension OperationCommand {
    package func run(_ context: CommandContext) async throws -> Outcome {
        try await context.refuseInWrittenTransaction(arguments.invocation)
        let work = try await work(context)
        if context.settings.dryRun { return work.preview(context.output.hiding) }
        if !work.operation.steps.isEmpty { try await context.cluster.carryOut(work.before) }
        let stop = Stop()
        let display = OperationDisplay(
            work.operation.steps, of: Self.syntax.name, context.output, every: context.settings.progressInterval)
        let records = await context.stopping.whileWorking {
            stop.request()
            display.isStopping()
        } _: {
            await work.operation.run(display, stop: stop)
        }
        return try await outcome(records, of: work, isStopped: stop.isRequested, context)
    }
}
