import ClusterAccess
import Platform

/// Sessions of the access node that the steps of an operation share: never more than so many at once.
///
/// A copy that is not proved yet is read, and one that never ends is to be ended. So no cleanup, which may take minutes, keeps
/// others from holding who writes, and a look, which takes moments, goes first.
final class SharedSessions: Sendable {
    /// What a step has sessions for.
    enum Use: Sendable {
        /// Looks at something: for a moment.
        case look
        /// Holds all that write: at most as long as they may wait. One session is left for looks.
        case hold
        /// Cleans up after a copy, over two sessions. A hold can have another all the while.
        case cleanup
    }

    private struct State {
        let most: Int
        var free: Int
        var holds = 0
        /// Who waits, first come first served but for looks.
        var waiting: [(id: EventLoop.WaitID, use: Use)] = []

        init(_ most: Int) { (self.most, free) = (most, most) }

        func sessions(of use: Use) -> Int { use == .cleanup ? min(MovingSessions.ofCleanup, most) : 1 }

        /// - Parameter isBehindCleanup: whether a cleanup waits that came before.
        func fits(_ use: Use, isBehindCleanup: Bool) -> Bool {
            guard sessions(of: use) <= free else { return false }
            let left = isBehindCleanup ? MovingSessions.ofCleanup : 1
            return use != .hold || holds < max(1, most - left)
        }

        mutating func take(_ use: Use) {
            free -= sessions(of: use)
            if use == .hold { holds += 1 }
        }

        mutating func giveBack(_ use: Use) {
            free += sessions(of: use)
            if use == .hold { holds -= 1 }
            wakeNext()
        }

        mutating func wakeNext() {
            var isBehindCleanup = false
            var stay: [(id: EventLoop.WaitID, use: Use)] = []
            for next in waiting {
                if fits(next.use, isBehindCleanup: isBehindCleanup) {
                    // Whoever does not wait any more takes none.
                    if EventLoop.shared.wake(next.id) { take(next.use) }
                } else {
                    stay.append(next)
                    if next.use == .cleanup { isBehindCleanup = true }
                }
            }
            waiting = stay
        }

        mutating func enqueue(_ id: EventLoop.WaitID, _ use: Use) {
            let place = use == .look ? waiting.firstIndex { $0.use != .look } : nil
            waiting.insert((id, use), at: place ?? waiting.endIndex)
        }
    }

    private let state: Lock<State>

    init(_ most: Int) { state = Lock(State(max(1, most))) }

    /// Runs work that opens sessions.
    ///
    /// - Parameters:
    ///   - end: until then it waits for them; nil where that takes as long as it takes.
    ///   - waits: is called if there are too few now.
    /// - Returns: nil if there were too few until then.
    /// - Throws: also when the task is cancelled meanwhile.
    func with<Value: Sendable>(
        _ use: Use, until end: ContinuousClock.Instant? = nil, waits: () -> Void = {},
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value? {
        guard try await take(use, until: end, waits) else { return nil }
        defer { state.withLock { $0.giveBack(use) } }
        return try await work()
    }

    private func take(
        _ use: Use, until end: ContinuousClock.Instant?, _ waits: () -> Void
    ) async throws(ClusterError) -> Bool {
        let id: EventLoop.WaitID? = state.withLock { state in
            // Those that wait could have none, unless it is a cleanup's turn.
            let isBehindCleanup = state.waiting.contains { $0.use == .cleanup }
            let isFirst = use == .look || !state.waiting.contains { $0.use == use }
            if isFirst, state.fits(use, isBehindCleanup: isBehindCleanup) {
                state.take(use)
                return nil
            }
            let id = EventLoop.shared.reserveWake()
            state.enqueue(id, use)
            return id
        }
        guard let id else { return true }
        waits()
        if await EventLoop.shared.waitToBeWoken(id, until: end) == .ready { return true }
        state.withLock { state in
            state.waiting.removeAll { $0.id == id }
            state.wakeNext()
        }
        if Task.isCancelled { throw .interrupted }
        return false
    }
}
