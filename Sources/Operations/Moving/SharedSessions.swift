import ClusterAccess
import Platform

/// Sessions of the access node that the steps of an operation share: never more than so many at once.
final class SharedSessions: Sendable {
    private struct State {
        var free: Int
        /// Who waits, first come first served, and for how many.
        var waiting: [(id: EventLoop.WaitID, count: Int)] = []

        mutating func wakeNext() {
            while let next = waiting.first, next.count <= free {
                waiting.removeFirst()
                // Whoever does not wait any more takes none.
                if EventLoop.shared.wake(next.id) { free -= next.count }
            }
        }
    }

    private let state: Lock<State>
    private let most: Int

    init(_ most: Int) {
        self.most = max(1, most)
        state = Lock(State(free: self.most))
    }

    /// Runs work that opens sessions.
    ///
    /// - Parameters:
    ///   - count: so many; where there are fewer in all, all of them.
    ///   - end: until then it waits for them; nil where that takes as long as it takes.
    /// - Returns: nil if there were too few until then.
    /// - Throws: also when the task is cancelled meanwhile.
    func with<Value: Sendable>(
        _ count: Int = 1, until end: ContinuousClock.Instant? = nil,
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value? {
        let count = min(count, most)
        guard try await take(count, until: end) else { return nil }
        defer {
            state.withLock { state in
                state.free += count
                state.wakeNext()
            }
        }
        return try await work()
    }

    private func take(_ count: Int, until end: ContinuousClock.Instant?) async throws(ClusterError) -> Bool {
        let id: EventLoop.WaitID? = state.withLock { state in
            guard !state.waiting.isEmpty || state.free < count else {
                state.free -= count
                return nil
            }
            let id = EventLoop.shared.reserveWake()
            state.waiting.append((id, count))
            return id
        }
        guard let id else { return true }
        if await EventLoop.shared.waitToBeWoken(id, until: end) == .ready { return true }
        state.withLock { state in
            state.waiting.removeAll { $0.id == id }
            state.wakeNext()
        }
        if Task.isCancelled { throw .interrupted }
        return false
    }
}
