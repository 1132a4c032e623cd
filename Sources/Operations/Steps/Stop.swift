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
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Lock(State())

    package init() {}

    /// Whether no further step may begin.
    package var isRequested: Bool { state.withLock { $0.stage != .running || $0.isOver } }

    /// Whether somebody has asked for it.
    package var isInterrupted: Bool { state.withLock { $0.stage != .running } }

    package func request() {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            if state.stage == .running {
                state.stage = .endingSteps
                return nil
            }
            state.stage = .cancelling
            return state.cancel
        }
        cancel?()
    }

    /// Lets no further step begin, and cancels none.
    package func end() { state.withLock { $0.isOver = true } }

    /// Makes both requests at once.
    package func cancel() {
        let cancel = state.withLock { state in
            state.stage = .cancelling
            return state.cancel
        }
        cancel?()
    }

    /// - Parameter cancel: cancels what is in hand. It is called at once if that was requested before.
    func whenCancelled(_ cancel: (@Sendable () -> Void)?) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.stage == .cancelling
        }
        if isLate { cancel?() }
    }
}
