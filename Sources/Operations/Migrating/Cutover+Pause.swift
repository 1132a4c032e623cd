import ClusterAccess
import Platform

/// That those who write wait no longer than they may.
extension Cutover {
    /// Copies the changes, and stops where those that write have waited long enough.
    ///
    /// - Returns: how many there were.
    func copied(within limit: Duration) async throws(ClusterError) -> Int {
        let site = site
        let work = Task(executorPreference: EventLoop.shared) { () -> Result<Int, ClusterError> in
            do throws(ClusterError) { return .success(try await site.copyChanges()) } catch { return .failure(error) }
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
