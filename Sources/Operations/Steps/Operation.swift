package import MultiNode
import Platform

/// Work that takes long, as steps that run side by side.
///
/// An operation prints nothing, asks nobody and stores nothing. Run again, it skips the steps that are not needed any
/// more, and so goes on.
package struct Operation<Work: Step>: Sendable {
    package let steps: [Work]
    private let parallel: Int
    private let beginsAlone: Bool

    /// - Parameters:
    ///   - parallel: at most so many steps are in hand at once.
    ///   - beginsAlone: whether steps run one by one until one is complete, because it prepares what the others rely on.
    package init(_ steps: [Work], parallel: Int, beginsAlone: Bool = false) {
        self.steps = steps
        self.parallel = parallel
        self.beginsAlone = beginsAlone
    }

    /// Whether several steps may be in hand at once.
    package var mayRunSideBySide: Bool { parallel > 1 && steps.count > 1 }

    /// What all steps send.
    package var plan: Plan { Plan(steps.flatMap(\.plan.steps)) }

    /// Runs the steps in their order. A step that fails does not keep the others from running.
    ///
    /// Cancelling the task counts as the second request to stop.
    ///
    /// - Parameters:
    ///   - now: tells the time, which never goes back.
    ///   - executor: where the steps run.
    /// - Returns: what became of each step, in their order.
    package func run(
        _ listener: some OperationListener<Work.Result>, stop: Stop = Stop(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        on executor: any TaskExecutor = EventLoop.shared
    ) async -> [StepRecord<Work>] {
        let run = OperationRun(listener: listener, stop: stop, now: now, executor: executor)
        let work = Task(executorPreference: executor) { await carryOut(run) }
        stop.whenCancelled { work.cancel() }
        let records = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            stop.cancel()
        }
        stop.whenCancelled(nil)
        listener.received(.allEnded)
        return records
    }

    private func carryOut(_ run: OperationRun<some OperationListener<Work.Result>>) async -> [StepRecord<Work>] {
        await withTaskGroup(of: (Int, StepRecord<Work>).self) { group in
            var records: [StepRecord<Work>?] = Array(repeating: nil, count: steps.count)
            var queue = StepQueue(count: steps.count, parallel: parallel, beginsAlone: beginsAlone)
            while true {
                while !run.stop.isRequested, let index = queue.next() {
                    group.addTask { (index, await run.attempt(steps[index], index)) }
                }
                guard let (index, record) = await group.next() else { break }
                records[index] = record
                queue.ended(isComplete: record.outcome.isComplete)
            }
            return zip(steps, records).map { step, record in
                record ?? StepRecord(step: step, outcome: .notBegun, milliseconds: 0)
            }
        }
    }
}
