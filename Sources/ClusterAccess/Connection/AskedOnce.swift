import Platform
import Postgres

/// What several tasks may want at the same time, and a server is asked for once.
///
/// It keeps the task that asks, not its answer: whoever comes while it runs waits for the same answer. A failure is not
/// kept.
final class AskedOnce<Value: Sendable> {
    private typealias Asking = Task<Result<Value, ClusterError>, Never>

    private var asking: Asking?

    /// The answer, asked for when it is not there.
    nonisolated(nonsending) func value(
        _ ask: @escaping @Sendable () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
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
        if case .failure = answer, self.asking == asking { self.asking = nil }
        return try answer.get()
    }

    func forget() { asking = nil }
}
