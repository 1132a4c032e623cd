import ClusterAccess
import Platform

/// One run of an operation: what its steps share, and how each of them is run.
struct OperationRun<Listener: OperationListener>: Sendable {
    let listener: Listener
    let stop: Stop
    let now: @Sendable () -> ContinuousClock.Instant
    let executor: any TaskExecutor

    /// How long a question about a step may take when somebody waits for the end of the operation. A server that is frozen
    /// would never answer, and what the step has left the next run finds.
    private static var patience: Duration { .seconds(10) }

    func attempt<Work: Step<Listener.Result>>(_ step: Work, _ index: Int) async -> StepRecord<Work> {
        let started = now()
        var outcome = await outcome(of: step, index)
        if let cause = stop.cause { outcome = outcome.ended(because: cause) }
        let milliseconds = started.duration(to: now()) / .milliseconds(1)
        if case .notBegun = outcome {
            return StepRecord(step: step, outcome: outcome, milliseconds: 0)
        }
        listener.received(.stepEnded(index, outcome, milliseconds: milliseconds))
        return StepRecord(step: step, outcome: outcome, milliseconds: milliseconds)
    }

    private func outcome<Work: Step<Listener.Result>>(of step: Work, _ index: Int) async -> StepOutcome<Work.Result> {
        if stop.isRequested { return .notBegun(nil) }
        let obstacle = await obstacle(to: step)
        if stop.isRequested { return .notBegun(nil) }
        if let obstacle { return .passedOver(obstacle) }
        do throws(ClusterError) {
            guard try await step.isNeeded() else { return .unneeded }
        } catch {
            return error.kind == .interrupted ? .notBegun(nil) : .failed(error.leavingNoDoubt(", before it was begun"))
        }
        // The question may have taken a while, and nothing but a question was sent so far.
        if stop.isRequested { return .notBegun(nil) }
        listener.received(.stepBegan(index))
        do throws(ClusterError) {
            return .done(try await step.run(report(of: index)))
        } catch {
            guard step.isToBeAsked(after: error) else { return .failed(error) }
            listener.received(.stepWaits(index, for: step.settling))
            return await truth(about: step, after: error)
        }
    }

    private func report(of index: Int) -> StepReport {
        StepReport(
            progressed: { [listener] in listener.received(.stepProgressed(index, fraction: $0)) },
            waits: { [listener] in listener.received(.stepWaits(index, for: $0)) }, stop: stop)
    }

    /// What keeps a step from being begun. Finding out may take a while, for which nobody waits who has asked for a stop.
    private func obstacle<Work: Step<Listener.Result>>(to step: Work) async -> ClusterError? {
        guard step.looksForObstacles else { return await step.obstacle() }
        let answer = FirstAnswer<ClusterError?>()
        let heeding = stop.whenRequested { answer.give(nil) }
        defer { stop.ignore(heeding) }
        let looking = Task(executorPreference: executor) { answer.give(await step.obstacle()) }
        let found = await answer.value
        // Where a stop came first nobody wants to know any more.
        looking.cancel()
        await looking.value
        return found
    }

    /// What the cluster says about a step whose error leaves open whether it is done.
    private func truth<Work: Step<Listener.Result>>(
        about step: Work, after error: ClusterError
    ) async -> StepOutcome<Work.Result> {
        // A task of its own is not cancelled with the step, but some time after it.
        let asking = Task(executorPreference: executor) { () -> Swift.Result<Work.Result?, ClusterError> in
            do throws(ClusterError) {
                return .success(try await step.result(after: error))
            } catch {
                return .failure(error)
            }
        }
        let answer = await withTaskCancellationHandler {
            await asking.value
        } onCancel: {
            Task(executorPreference: EventLoop.shared) {
                try? await EventLoop.shared.sleep(until: .now.advanced(by: Self.patience))
                asking.cancel()
            }
        }
        switch answer {
        case .success(let result?): return .done(result)
        case .success(nil): return .failed(error.leavingNoDoubt(": it is not done"))
        case .failure(let left):
            let told = step.unsettled(error.lookingWhenRepeated, because: left)
            return error.leavesDoubt ? .unknown(told) : .failed(told)
        }
    }
}

/// The first of several answers to a question.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case given(Value)
        case ended
    }

    private let state = Lock(State.open)

    func give(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .open: state = .given(value)
            case .awaited(let continuation):
                state = .ended
                return continuation
            case .given, .ended: break
            }
            return nil
        }
        waiting?.resume(returning: value)
    }

    /// To be waited for once.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Value? in
                    if case .given(let value) = state {
                        state = .ended
                        return value
                    }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
