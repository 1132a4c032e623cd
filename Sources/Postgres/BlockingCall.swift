import Platform

/// A call that blocks, on a thread of its own, waited for without blocking.
///
/// Who stops waiting leaves the thread behind: it ends when the call returns, and what it returned is let go.
final class BlockingCall<Value: Sendable>: Sendable {
    private let result = Lock<Value?>(nil)
    private let finished: WakePipe

    /// Starts the call.
    ///
    /// - Throws: `.connectionFailed` when no descriptor or thread is to be had.
    init(_ body: @escaping @Sendable () -> Value) throws(PostgresError) {
        let finished = try WakePipe.toConnect()
        self.finished = finished
        let isStarted = Thread.detach { [result] in
            let value = body()
            result.withLock { $0 = value }
            finished.signal()
        }
        guard isStarted else {
            throw PostgresError(.connectionFailed, "no thread is left to connect with")
        }
    }

    /// What the call returned, or nil while it runs.
    var value: Value? {
        result.withLock { $0 }
    }

    /// What the call returns, or nil when the deadline passed or the task was cancelled before it did.
    nonisolated(nonsending) func value(
        until deadline: EventLoop.Instant?, heedsCancellation: Bool = true
    ) async -> Value? {
        if let value { return value }
        _ = await EventLoop.shared.wait(
            for: finished.readingEnd, .read, until: deadline, heedsCancellation: heedsCancellation)
        return value
    }
}
