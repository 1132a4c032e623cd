import Platform

/// Nodes at which steps have failed: whether they are gone, or that was something else.
///
/// A node that is started again is back in some seconds; one that is not is gone for the rest of the operation, so that not
/// all that would be done with it fails one by one.
final class SuspectNodes: Sendable {
    private struct State {
        var suspects: [String: Task<Void, Never>] = [:]
        var gone: Set<String> = []
    }

    private let state = Lock(State())
    private let silentNodes: @Sendable () async -> [String]
    private let patience: Duration
    private let pause: Duration
    /// Between two looks of those who want to know.
    private static let longestPause: Duration = .milliseconds(100)

    /// - Parameters:
    ///   - patience: how long a node may give no sign of life.
    ///   - pause: between two looks.
    ///   - silentNodes: asks which nodes do not answer now.
    init(
        patience: Duration = .seconds(10), pause: Duration = .seconds(1),
        _ silentNodes: @escaping @Sendable () async -> [String]
    ) {
        self.silentNodes = silentNodes
        (self.patience, self.pause) = (patience, pause)
    }

    /// Has nodes looked at before the next step with them begins, unless that is done already.
    func suspect(_ nodes: [String]) {
        state.withLock { state in
            for node in nodes where !state.gone.contains(node) && state.suspects[node] == nil {
                state.suspects[node] = Task(executorPreference: EventLoop.shared) { await self.look(at: node) }
            }
        }
    }

    /// - Returns: the first of these that is gone, once that is known; nil if none is, or the task is cancelled first.
    func gone(among nodes: [String]) async -> String? {
        for node in nodes {
            while true {
                let (isGone, isSuspect) = state.withLock { ($0.gone.contains(node), $0.suspects[node] != nil) }
                if isGone { return node }
                guard isSuspect else { break }
                guard (try? await EventLoop.shared.sleep(until: .now + min(pause, Self.longestPause))) != nil else {
                    return nil
                }
            }
        }
        return nil
    }

    /// Looks at none any more.
    func end() {
        for look in state.withLock({ $0.suspects.values.map(\.self) }) { look.cancel() }
    }

    private func look(at node: String) async {
        let end = ContinuousClock.now + patience
        var isGone = await silentNodes().contains(node)
        while isGone, .now < end {
            guard (try? await EventLoop.shared.sleep(until: min(end, .now + pause))) != nil else {
                isGone = false
                break
            }
            isGone = await silentNodes().contains(node)
        }
        let found = isGone
        state.withLock { state in
            if found { state.gone.insert(node) }
            state.suspects[node] = nil
        }
    }
}
