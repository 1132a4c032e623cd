import Platform

/// Holds back everything that reaches it until it is opened.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var lastID = 0
        var held: [Int: CheckedContinuation<Bool, Never>] = [:]
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        /// The most that was held at once.
        var most = 0
    }

    private let state = Lock(State())

    package init() {}

    /// The most that it has held at once.
    package var most: Int { state.withLock { $0.most } }

    package func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [:] }
            return Array(state.held.values)
        }
        for continuation in held { continuation.resume(returning: true) }
    }

    /// Lets one through, if any is held; the gate stays closed.
    package func letOneThrough() {
        let first = state.withLock { state in state.held.keys.min().flatMap { state.held.removeValue(forKey: $0) } }
        first?.resume(returning: true)
    }

    /// Waits until it holds so many at once.
    package func isHolding(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isTrue = state.withLock { state in
                if state.held.count < count { state.observers.append((count, continuation)) }
                return state.held.count >= count
            }
            if isTrue { continuation.resume() }
        }
    }

    /// Waits until the gate is open.
    ///
    /// - Returns: false if the task was cancelled first.
    package func pass() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                hold(id, continuation)
                // A cancellation before this line found nothing to end.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func hold(_ id: Int, _ continuation: CheckedContinuation<Bool, Never>) {
        let (isOpen, observers) = state.withLock { state in
            if state.isOpen { return (true, [CheckedContinuation<Void, Never>]()) }
            state.held[id] = continuation
            state.most = max(state.most, state.held.count)
            let count = state.held.count
            defer { state.observers.removeAll { $0.count <= count } }
            return (false, state.observers.filter { $0.count <= count }.map(\.continuation))
        }
        if isOpen { continuation.resume(returning: true) }
        for observer in observers { observer.resume() }
    }

    private func cancel(_ id: Int) {
        state.withLock { $0.held.removeValue(forKey: id) }?.resume(returning: false)
    }
}
