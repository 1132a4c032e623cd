import Platform

/// The access node's sessions that nodes are healed over, side by side: never more than so many at once.
///
/// A node that does not answer the access node gives its session up, and gets one again when every other node has had its
/// first.
package final class HealingSessions: Sendable {
    private struct State {
        var free: Int
        /// The nodes whose first session has not ended yet.
        var expected: Int
        /// Who waits for a first session, and who for another.
        var first: [EventLoop.WaitID] = []
        var again: [EventLoop.WaitID] = []

        mutating func nextInLine() -> EventLoop.WaitID? {
            if !first.isEmpty { return first.removeFirst() }
            return expected > 0 || again.isEmpty ? nil : again.removeFirst()
        }

        mutating func wakeNext() {
            while free > 0, let next = nextInLine() {
                // Whoever does not wait any more takes none.
                if EventLoop.shared.wake(next) { free -= 1 }
            }
        }

        mutating func forget(_ id: EventLoop.WaitID) {
            first.removeAll { $0 == id }
            again.removeAll { $0 == id }
        }
    }

    private let state: Lock<State>
    /// How long a node may leave the access node without an answer until others go first; nil where each node has a session
    /// for itself.
    let patience: Duration?
    /// So often who waits looks whether the others still come.
    private static let interval: Duration = .milliseconds(200)

    /// - Parameters:
    ///   - most: how many sessions at once.
    ///   - nodes: how many of them are going to be healed.
    package init(_ most: Int, nodes: Int, patience: Duration) {
        let most = max(1, most)
        state = Lock(State(free: most, expected: nodes))
        self.patience = nodes > most ? patience : nil
    }

    /// Waits for a session.
    ///
    /// - Parameters:
    ///   - again: whether the node has had one, and did not answer.
    ///   - isAlone: whether no other node begins any more, so that nobody has to be let go first.
    /// - Returns: whether there is one, which is to be given back; false when the time has passed, or the task is cancelled.
    func take(
        again: Bool = false, until end: ContinuousClock.Instant, isAlone: @Sendable () -> Bool
    ) async -> Bool {
        while !Task.isCancelled, .now < end {
            let yields = again && !isAlone()
            let id: EventLoop.WaitID? = state.withLock { state in
                guard state.free == 0 || yields && state.expected > 0 else {
                    state.free -= 1
                    return nil
                }
                let id = EventLoop.shared.reserveWake()
                if yields { state.again.append(id) } else { state.first.append(id) }
                return id
            }
            guard let id else { return true }
            let look = min(end, .now + Self.interval)
            if await EventLoop.shared.waitToBeWoken(id, until: look) == .ready { return true }
            state.withLock { $0.forget(id) }
        }
        // Nobody waits any more for a first turn that does not come.
        if !again {
            state.withLock { state in
                state.expected -= 1
                state.wakeNext()
            }
        }
        return false
    }

    /// - Parameter again: whether it was not the node's first.
    func giveBack(again: Bool = false) {
        state.withLock { state in
            state.free += 1
            if !again { state.expected -= 1 }
            state.wakeNext()
        }
    }
}
