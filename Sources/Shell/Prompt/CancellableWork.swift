import Platform

/// Work that can be cancelled at any time, also before it begins.
final class CancellableWork: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Lock(State())

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    /// Does the work on the event loop, to its end.
    func run(_ work: @escaping @Sendable () async -> Void) async {
        let task = Task(executorPreference: EventLoop.shared) { [state] in
            // It may begin before it can be cancelled from here.
            if state.withLock({ $0.isCancelled }) { withUnsafeCurrentTask { $0?.cancel() } }
            await work()
        }
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
        await task.value
    }
}
