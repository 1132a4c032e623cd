import ClusterAccess
package import CommandLanguage
package import MultiNode
package import Operations
import Platform
import Rendering

/// A command that works step by step: what is done is asked of the cluster, so that it goes on when it is run again.
package protocol OperationCommand: Command {
    associatedtype Work: Step

    var arguments: Arguments { get }

    /// What programs are told of a step when it has ended; nil where they are told of all at the end.
    static var telling: StepTelling<Work>? { get }

    func work(_ context: CommandContext) async throws -> StepwiseWork<Work>

    /// What became of the steps, as this command tells it.
    func outcome(
        _ records: [StepRecord<Work>], of work: StepwiseWork<Work>, _ context: CommandContext
    ) async throws -> Outcome
}

/// What a command is going to do, step by step.
package struct StepwiseWork<Work: Step>: Sendable {
    /// Sent once, before the first step.
    package var before = Plan()
    /// The time limit for `before`, and behind which no step begins; nil for that of the command.
    package var limit: Duration?
    package var operation: Operation<Work>
    /// Items already in the wanted state.
    package var unchanged: [String] = []
    /// What `--dry-run` says besides the SQL on the access node.
    package var remarks: [String] = []
    /// What JSON has besides, also of what `--dry-run` shows.
    var facts: [JSON.Member] = []
    /// Why nothing of it would be done; a run without `--dry-run` ends with it before.
    var refusal: Failure?
    /// What the command sends behind a step that is done, by the step's name.
    package var behind: [String: Plan] = [:]
    /// The steps that a server is known to refuse, by their names: `--dry-run` tells why, and shows nothing of them.
    package var refused: [String: Failure] = [:]
    /// Whether the weight of a step is a number of bytes.
    var isInBytes = false
    /// When no further step begins.
    var until: OperationEnd?

    package init(
        before: Plan = Plan(), within limit: Duration? = nil, _ operation: Operation<Work>, unchanged: [String] = []
    ) {
        // Without steps there is nothing that it would come before.
        self.before = operation.steps.isEmpty ? Plan() : before
        self.limit = limit
        self.operation = operation
        self.unchanged = unchanged
    }

    /// What `--dry-run` shows.
    func preview(_ output: Output) -> Outcome {
        var lines = unchanged.map { output.hidingInOwn("-- unchanged: \(printable($0))") }
        let steps = operation.steps.filter { refused[$0.name] == nil }
        var plan = Plan(steps.flatMap(\.plan.steps))
        for step in steps { plan.steps += behind[step.name]?.steps ?? [] }
        if !before.isEmpty { lines.append(before.shown(output.hiding)) }
        if !plan.isEmpty { lines.append(plan.shown(sideBySide: operation.mayRunSideBySide, output.hiding)) }
        lines += remarks.map { output.hidingInOwn("-- \(printable($0))") }
        if before.isEmpty, plan.isEmpty, remarks.isEmpty { lines.append("-- nothing to do") }
        var outcome = Outcome(table: .plan(before.sent + plan.sent, output.hiding), text: lines)
        outcome.hidesSecrets = true
        outcome.keepsLineEnds = true
        outcome.failures = operation.steps.compactMap { refused[$0.name] }
        if !outcome.failures.isEmpty { outcome.status = steps.isEmpty ? .failed : .partial }
        outcome.remarks = unchanged.map { "unchanged: \($0)" } + remarks
        outcome.facts = facts
        if let refusal {
            outcome.failures = [refusal]
            outcome.status = refusal.status
        }
        return outcome
    }
}

extension OperationCommand {
    package static var telling: StepTelling<Work>? { nil }

    package func run(_ context: CommandContext) async throws -> Outcome {
        try await context.refuseInWrittenTransaction(arguments.invocation)
        return try await context.resumably(arguments) {
            let work = try await work(context)
            if context.settings.dryRun { return work.preview(context.output) }
            return try await work.carryOut(for: Self.syntax.name, context, Self.telling) {
                try await outcome($0, of: work, context)
            }
        }
    }
}

extension StepwiseWork {
    /// - Parameters:
    ///   - command: its name.
    ///   - telling: what programs are told of each step when it has ended.
    ///   - tell: what became of the steps.
    func carryOut(
        for command: String, _ context: CommandContext, _ telling: StepTelling<Work>? = nil,
        _ tell: ([StepRecord<Work>]) async throws -> Outcome
    ) async throws -> Outcome {
        let cluster = limit.map { context.cluster.limited(to: $0) } ?? context.cluster
        context.noteBeginning()
        if !before.isEmpty {
            // Of that nobody knows whether it took effect, whatever is known of the steps.
            do { try await cluster.carryOut(before) } catch {
                var failure = Failure(thrown: error)
                failure.lossReason = nil
                throw failure
            }
        }
        let stop = await context.stop
        let objects = telling.flatMap { StepObjects($0.columns, of: command, context) }
        let display = OperationDisplay(
            operation.steps, of: command, context.output, isInBytes: isInBytes,
            every: context.settings.progressInterval,
            waitsFor: { [course = context.course] in course.withLock { $0.waitCause } }
        ) { [steps = operation.steps] index, outcome, milliseconds in
            guard let objects, let telling else { return }
            let record = StepRecord(step: steps[index], outcome: outcome, milliseconds: milliseconds)
            let isComplete = telling.isComplete(record)
            for row in telling.rows(record) { objects.write(row, isComplete: isComplete) }
        }
        // Behind the command's own time limit a step would only fail, and its node would be blamed for that.
        let ends = [until, cluster.deadline.map { .timeLimit($0) }].compactMap(\.self)
        let end = ends.min { $0.time < $1.time }.map { end in
            if end.time <= .now { stop.end(because: end.cause) }
            return Task(executorPreference: EventLoop.shared) {
                guard (try? await EventLoop.shared.sleep(until: end.time)) != nil else { return }
                stop.end(because: end.cause)
            }
        }
        let records = await context.stopping.whileWorking {
            stop.request()
            display.isStopping()
        } endedBy: { failure in
            stop.cancel(because: ClusterError(ending: failure))
            return !stop.isInterrupted
        } _: {
            await operation.run(display, stop: stop)
        }
        end?.cancel()
        await objects?.end()
        // What is done is told; what would come next does not come, as after every Ctrl-C.
        do {
            var outcome = try await tell(records)
            if stop.isInterrupted { outcome.status = .interrupted }
            return outcome
        } catch {
            var failure = Failure(thrown: error)
            if stop.isInterrupted { failure.status = .interrupted }
            throw failure
        }
    }
}
