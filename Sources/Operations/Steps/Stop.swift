package import ClusterAccess
import Platform

/// Asks an operation to stop, from any thread. After the first request no further step begins; the second request
/// cancels the steps in hand.
package final class Stop: Sendable {
    private enum Stage {
        case running, endingSteps, cancelling
    }

    private struct State {
        var stage = Stage.running
        /// Whether no step may begin for another reason than a request.
        var isOver = false
        /// Whether somebody has asked for the end.
        var isAsked = false
        /// Why it ends, where nobody had asked for that.
        var cause: ClusterError?
        var cancel: (@Sendable () -> Void)?
        /// Who waits for something that a request makes needless, by number.
        var heeding: [Int: @Sendable () -> Void] = [:]
        var lastNumber = 0
    }

    private let state = Lock(State())

    package init() {}

    /// Whether no further step may begin.
    package var isRequested: Bool { state.withLock { $0.stage != .running || $0.isOver } }

    /// Whether somebody has asked for it.
    package var isInterrupted: Bool { state.withLock(\.isAsked) }

    /// Whether what waits for somebody else is not to go on.
    var isStopping: Bool { state.withLock { $0.stage != .running } }

    /// Why it ended, where nobody has asked for that; nil where somebody has, or it has not ended.
    package var cause: ClusterError? { state.withLock { $0.isAsked ? nil : $0.cause } }

    package func request() {
        let called = state.withLock { state -> [@Sendable () -> Void] in
            state.isAsked = true
            if state.stage == .running {
                state.stage = .endingSteps
                return Array(state.heeding.values)
            }
            state.stage = .cancelling
            return state.cancel.map { [$0] } ?? []
        }
        for call in called { call() }
    }

    /// Lets no further step begin, and cancels none.
    package func end(because cause: ClusterError) {
        state.withLock { state in
            state.isOver = true
            state.cause = state.cause ?? cause
        }
    }

    /// Makes both requests at once. Where the operation has been cancelled for a cause it is not asked for.
    package func cancel() { cancel { state in if state.stage != .cancelling { state.isAsked = true } } }

    /// Cancels what nobody has asked to end.
    package func cancel(because cause: ClusterError) { cancel { $0.cause = cause } }

    private func cancel(_ note: (inout State) -> Void) {
        let called = state.withLock { state in
            note(&state)
            state.stage = .cancelling
            return state.heeding.values + (state.cancel.map { [$0] } ?? [])
        }
        for call in called { call() }
    }

    /// - Parameter heed: is called at the first request, or at once where that was made before.
    /// - Returns: its number, by which it is ignored later.
    func whenRequested(_ heed: @escaping @Sendable () -> Void) -> Int {
        let (number, isLate) = state.withLock { state in
            state.lastNumber += 1
            state.heeding[state.lastNumber] = heed
            return (state.lastNumber, state.stage != .running)
        }
        if isLate { heed() }
        return number
    }

    func ignore(_ number: Int) { state.withLock { $0.heeding[number] = nil } }

    /// - Parameter cancel: cancels what is in hand. It is called at once if that was requested before.
    func whenCancelled(_ cancel: (@Sendable () -> Void)?) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.stage == .cancelling
        }
        if isLate { cancel?() }
    }
}
