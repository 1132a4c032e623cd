import Glibc

/// Asks a server to cancel what runs, at most once for each statement and never for the next one.
final class Canceller: Sendable {
    /// How long a server that was asked may take before its connection is given up.
    private static let grace: Duration = .milliseconds(500)

    private struct State {
        var isArmed = false
        var giveUpAt: ContinuousClock.Instant?
        /// Is closed by the thread that asks when it is done.
        var asking: Pipe?
    }

    private let handle: CancelHandle
    private let state = Lock(State())

    init(_ handle: CancelHandle) { self.handle = handle }

    var hasCancelled: Bool { state.withLock { $0.giveUpAt != nil } }

    /// When a server that was asked is given up; nil when it was not asked.
    var giveUpAt: ContinuousClock.Instant? { state.withLock { $0.giveUpAt } }

    func arm() {
        state.withLock { state in
            state.isArmed = true
            state.giveUpAt = nil
        }
    }

    func disarm() {
        state.withLock { $0.isArmed = false }
    }

    /// Ends a statement: a request that is still on its way arrives before the next statement begins.
    func settle() async {
        let asking = state.withLock { state in
            state.isArmed = false
            defer { state.asking = nil }
            return state.asking
        }
        guard let asking else { return }
        _ = await EventLoop.shared.wait(
            for: asking.reading, .read, until: .now.advanced(by: Self.grace), heedsCancellation: false)
        close(asking.reading)
    }

    func cancel() {
        let asking = state.withLock { state -> Pipe? in
            guard state.isArmed, state.giveUpAt == nil else { return nil }
            state.giveUpAt = .now.advanced(by: Self.grace)
            let pipe = Pipe(isBlocking: true)
            state.asking = pipe
            return pipe
        }
        guard let asking else { return }
        let handle = handle
        let isStarted = DetachedThread.start {
            handle.request()
            close(asking.writing)
        }
        if !isStarted { close(asking.writing) }
    }
}
