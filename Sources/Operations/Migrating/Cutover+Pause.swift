import ClusterAccess
import Platform

/// That those who write wait no longer than they may.
extension Cutover {
    /// Does what those that write wait for, and stops where they have waited long enough.
    func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let work = Task(executorPreference: EventLoop.shared) { () -> Result<Value, ClusterError> in
            do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
        }
        let hasEnded = Lock(false)
        let alarm = Task(executorPreference: EventLoop.shared) {
            guard (try? await EventLoop.shared.sleep(until: .now + max(.zero, limit))) != nil else { return }
            hasEnded.withLock { $0 = true }
            work.cancel()
        }
        let answer = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
        do throws(ClusterError) {
            return try answer.get()
        } catch {
            guard error.kind == .interrupted, hasEnded.withLock({ $0 }) else { throw error }
            throw .pauseIsTooLong(limits.maxPause, limit: limits.maxPause)
        }
    }

    /// - Throws: where those that write have waited long enough.
    func check(_ began: ContinuousClock.Instant) throws(ClusterError) {
        let pause = began.duration(to: now())
        if pause > limits.maxPause { throw .pauseIsTooLong(pause, limit: limits.maxPause) }
    }
}
