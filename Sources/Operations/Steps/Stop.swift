import Platform

/// How an operation is asked to stop, from any thread: at the first request it begins no further step, at the second it
/// cancels those in hand.
package final class Stop: Sendable {
    private enum Stage {
        case running, endingSteps, cancelling
    }

    private struct State {
        var stage = Stage.running
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Lock(State())

    package init() {}

    /// Whether no further step may begin.
    package var isRequested: Bool { state.withLock { $0.stage != .running } }

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

    /// Asks for both at once.
    package func cancel() {
        let cancel = state.withLock { state in
            state.stage = .cancelling
            return state.cancel
        }
        cancel?()
    }

    /// - Parameter cancel: cancels what is in hand; called at once where that was asked for already.
    func whenCancelled(_ cancel: (@Sendable () -> Void)?) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.stage == .cancelling
        }
        if isLate { cancel?() }
    }
}
