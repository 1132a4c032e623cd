import ClusterAccess
import Platform

/// How long those that write have waited for one transaction, and how long they may.
struct WritersWait: Sendable {
    private let began: ContinuousClock.Instant
    private let limit: Duration
    private let remedy: String?
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - began: when they began to wait.
    ///   - limit: how long they may wait.
    ///   - remedy: what helps where that is too short; nil for what helps a cut-over.
    init(
        since began: ContinuousClock.Instant, limit: Duration, remedy: String? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.began = began
        self.limit = limit
        self.remedy = remedy
        self.now = now
    }

    var waited: Duration { began.duration(to: now()) }

    /// - Throws: where those that write have waited long enough.
    func check() throws(ClusterError) {
        if waited > limit { throw tooLong }
    }

    /// Does what those that write wait for, and stops where they have waited long enough, in the middle of a statement, too.
    func within<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let work = Task(executorPreference: EventLoop.shared) { () -> Result<Value, ClusterError> in
            do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
        }
        let end = EventLoop.Instant.now + max(.zero, limit - waited)
        let hasEnded = Lock(false)
        let alarm = Task(executorPreference: EventLoop.shared) {
            guard (try? await EventLoop.shared.sleep(until: end)) != nil else { return }
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
            throw tooLong
        }
    }

    private var tooLong: ClusterError {
        var error = ClusterError.pauseIsTooLong(waited, limit: limit)
        if let remedy { error.remedy = remedy }
        return error
    }
}
