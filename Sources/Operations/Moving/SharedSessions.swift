import ClusterAccess
import Platform

/// Sessions of the access node that the steps of an operation share: never more than so many at once.
///
/// A copy that is not proved yet is read, and one that never ends is to be ended, as is a hold. So no cleanup, which may take
/// minutes, keeps others from holding who writes; and a look, which takes moments, goes first, and finds one left.
final class SharedSessions: Sendable {
    /// What a step has a session for.
    enum Use: Sendable {
        /// Looks at something: for a moment.
        case look
        /// Holds all that write: at most as long as they may wait.
        case hold
        /// Cleans up after a copy.
        case cleanup
    }

    private struct State {
        let most: Int
        var inUse: [Use: Int] = [:]
        /// Who waits, first come first served but for looks.
        var waiting: [(id: EventLoop.WaitID, use: Use)] = []

        init(_ most: Int) { self.most = most }

        private func count(_ use: Use) -> Int { inUse[use] ?? 0 }

        func fits(_ use: Use) -> Bool {
            let lasting = count(.hold) + count(.cleanup)
            return switch use {
            case .look: lasting + count(.look) < most
            case .hold: lasting < max(1, most - 1) && lasting + count(.look) < most
            case .cleanup:
                count(.cleanup) < max(1, most - 2) && lasting < max(1, most - 1) && lasting + count(.look) < most
            }
        }

        mutating func take(_ use: Use) { inUse[use, default: 0] += 1 }

        mutating func giveBack(_ use: Use) {
            inUse[use, default: 0] -= 1
            wakeNext()
        }

        mutating func wakeNext() {
            var stay: [(id: EventLoop.WaitID, use: Use)] = []
            for next in waiting {
                guard fits(next.use) else {
                    stay.append(next)
                    continue
                }
                // Whoever does not wait any more takes none.
                if EventLoop.shared.wake(next.id) { take(next.use) }
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

    /// Runs work that opens a session.
    ///
    /// - Parameters:
    ///   - end: until then it waits for one; nil where that takes as long as it takes.
    ///   - waits: is called if there is none now.
    /// - Returns: nil if there was none until then.
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
            // Those that wait for something else could have none.
            let isFirst = use == .look || !state.waiting.contains { $0.use == use }
            if isFirst, state.fits(use) {
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
