import Platform
import Postgres

/// A value that several tasks may need at the same time, and that a server is asked for only once.
///
/// It keeps the task that asks instead of the answer, so that later callers wait for the same answer. A failure is not
/// kept.
final class SingleFlight<Value: Sendable> {
    private typealias Asking = Task<Result<Value, ClusterError>, Never>

    private var asking: Asking?

    /// The answer. It is asked for only if it is neither there nor on its way.
    ///
    /// - Parameter deadline: by which this caller needs it; nil for one that waits as long as it takes.
    nonisolated(nonsending) func value(
        by deadline: ContinuousClock.Instant? = nil, _ ask: @escaping @Sendable () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let isOthers = asking != nil
        let asking =
            asking
            ?? Asking(executorPreference: EventLoop.shared) {
                do throws(ClusterError) {
                    return .success(try await ask())
                } catch {
                    return .failure(error)
                }
            }
        self.asking = asking
        let answer = await withTaskCancellationHandler {
            await asking.value
        } onCancel: {
            asking.cancel()
        }
        guard case .failure(let error) = answer else { return try answer.get() }
        if self.asking == asking { self.asking = nil }
        // It was cancelled with another caller, which is no answer to this one.
        if error.kind == .interrupted, asking.isCancelled, !Task.isCancelled {
            return try await value(by: deadline, ask)
        }
        // The time of another caller, who had less, is over.
        if error.kind == .timedOut, isOthers, deadline.map({ .now < $0 }) ?? true {
            return try await value(by: deadline, ask)
        }
        throw error
    }

    func forget() { asking = nil }
}
