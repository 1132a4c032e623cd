import Operations
import Platform

/// Listens to a run of an operation, and notes violations.
final class Recorder<Work: Step>: OperationListener {
    typealias Result = Work.Result

    private struct State {
        var begun: Set<Int> = []
        var ended: Set<Int> = []
        var inHand: Set<Int> = []
        var isAlone: Bool
        var isStopped = false
        var hasEnded = false
        var progress: OperationProgress
        var fraction = 0.0
        var violations: [String] = []
    }

    private let state: Lock<State>
    private let parallel: Int
    private let names: [String]
    private let time: VirtualTime
    private let isDone: @Sendable (String) -> Bool

    /// - Parameter isDone: whether nothing is left to do for a step.
    init(
        _ steps: [Work], parallel: Int, beginsAlone: Bool, _ time: VirtualTime,
        isDone: @escaping @Sendable (String) -> Bool
    ) {
        state = Lock(State(isAlone: beginsAlone, progress: OperationProgress(steps, at: time.now)))
        self.parallel = parallel
        names = steps.map(\.name)
        self.time = time
        self.isDone = isDone
    }

    var begun: Set<Int> { state.withLock { $0.begun } }
    var ended: Set<Int> { state.withLock { $0.ended } }
    var violations: [String] { state.withLock { $0.violations } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// From now on no step may begin.
    func stopped() { state.withLock { $0.isStopped = true } }

    func received(_ event: OperationEvent<Result>) {
        state.withLock { state in
            check(event, &state)
            state.progress.apply(event, at: time.now)
            checkProgress(&state)
        }
    }

    private func check(_ event: OperationEvent<Result>, _ state: inout State) {
        func require(_ condition: Bool, _ text: String) {
            if !condition { state.violations.append("\(text) (\(event))") }
        }
        require(!state.hasEnded, "nothing happens after the end")
        switch event {
        case .stepBegan(let index):
            require(!state.isStopped, "no step begins after a request to stop")
            require(state.begun.insert(index).inserted, "a step begins once")
            require(!state.ended.contains(index), "a step begins before it ends")
            let limit = state.isAlone ? 1 : parallel
            require(state.inHand.count < limit, "no more steps are in hand than may be")
            require(index < state.ended.count + limit, "steps begin in their order")
            state.inHand.insert(index)
        case .stepProgressed(let index, _), .stepWaits(let index, _):
            require(state.inHand.contains(index), "only a step in hand tells how far it is")
        case .stepEnded(let index, let outcome, let milliseconds):
            require(state.ended.insert(index).inserted, "a step ends once")
            require(milliseconds >= 0, "time does not go back")
            if outcome.isComplete {
                require(isDone(names[index]), "what is told done is done")
                state.isAlone = false
            }
            if case .notBegun = outcome { require(false, "what did not begin does not end") }
            state.inHand.remove(index)
        case .allEnded:
            require(state.inHand.isEmpty, "all have ended at the end")
            state.hasEnded = true
        }
    }

    private func checkProgress(_ state: inout State) {
        let progress = state.progress
        let fraction = progress.fraction
        if fraction < state.fraction - 1e-9 || fraction > 1 || fraction.isNaN {
            state.violations.append("progress goes from \(state.fraction) to \(fraction)")
        }
        state.fraction = fraction
        if let left = progress.timeLeft(at: time.now), left < .zero { state.violations.append("\(left) are left") }
        if progress.inHand.count != state.inHand.count {
            state.violations.append("progress counts \(progress.inHand.count) in hand")
        }
        let ended = progress.doneCount + progress.failedCount + progress.passedOverCount
        if ended != state.ended.count {
            state.violations.append("progress counts \(ended) ended")
        }
        let isAll = state.ended.count == progress.totalCount
        if isAll != (fraction == 1), isAll || progress.totalCount == 0 {
            state.violations.append("progress is \(fraction) at the end")
        }
    }
}
