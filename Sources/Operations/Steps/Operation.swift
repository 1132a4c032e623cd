import ClusterAccess
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
    private let patience: Duration?
    private let limits: [StepPlace: Int]
    private let rate: Int64?

    /// - Parameters:
    ///   - parallel: at most so many steps are in hand at once.
    ///   - beginsAlone: whether steps run one by one until one is complete, because it prepares what the others rely on.
    ///   - patience: how long a step may be silent (``Turn``) until another begins besides; nil where it always counts.
    ///   - limits: how many steps each place bears at once.
    ///   - rate: the weight that may begin in a second, on average; nil for any.
    package init(
        _ steps: [Work], parallel: Int, beginsAlone: Bool = false, patience: Duration? = nil,
        limits: [StepPlace: Int] = [:], rate: Int64? = nil
    ) {
        self.steps = steps
        self.parallel = parallel
        self.beginsAlone = beginsAlone
        self.patience = patience
        self.limits = limits
        self.rate = rate
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

    private enum Event: Sendable {
        case ended(Int, StepRecord<Work>)
        /// The step has been in hand for a while.
        case lasts(Int)
        /// Another step may be due.
        case waited
    }

    private func carryOut(_ run: OperationRun<some OperationListener<Work.Result>>) async -> [StepRecord<Work>] {
        await withTaskGroup(of: Event.self) { group in
            var records = steps.map { StepRecord(step: $0, outcome: .notBegun(nil), milliseconds: 0) }
            var queue = StepQueue(count: steps.count, limits: limits, parallel: parallel, beginsAlone: beginsAlone) {
                steps[$0].places
            }
            var turns: [Int: Turn] = [:]
            var silent: Set<Int> = []
            var pace = StepPace(rate)
            var isWaiting = false
            while true {
                while !run.stop.isRequested, pace.isDue(at: run.now()), let index = queue.next() {
                    pace.take(steps[index].weight, at: run.now())
                    let turn = Turn()
                    turns[index] = turn
                    group.addTask {
                        .ended(
                            index, await Turn.$current.withValue(turn) { await run.attempt(steps[index], index) })
                    }
                    guard let patience else { continue }
                    group.addTask(executorPreference: EventLoop.shared) {
                        try? await EventLoop.shared.sleep(until: .now.advanced(by: patience))
                        return .lasts(index)
                    }
                }
                if !isWaiting, !run.stop.isRequested, !queue.isEmpty, !pace.isDue(at: run.now()) {
                    isWaiting = true
                    group.addTask(executorPreference: EventLoop.shared) {
                        // Short, so that a request to stop is obeyed soon.
                        try? await EventLoop.shared.sleep(until: .now.advanced(by: .milliseconds(200)))
                        return .waited
                    }
                }
                guard !turns.isEmpty || isWaiting && !run.stop.isRequested, let event = await group.next() else {
                    break
                }
                switch event {
                case .ended(let index, let record):
                    records[index] = record
                    turns[index] = nil
                    queue.ended(index, isComplete: record.outcome.isComplete, wasSilent: silent.contains(index))
                case .lasts(let index):
                    guard let turn = turns[index], !turn.hasAnswered else { continue }
                    silent.insert(index)
                    queue.isSilent()
                case .waited: isWaiting = false
                }
            }
            // Nobody waits for the clocks that still run.
            group.cancelAll()
            guard let cause = run.stop.cause else { return records }
            return records.map { record in
                guard case .notBegun = record.outcome else { return record }
                return StepRecord(step: record.step, outcome: .notBegun(cause), milliseconds: 0)
            }
        }
    }
}
