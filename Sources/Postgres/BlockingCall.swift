import Platform

/// Runs a blocking call on a thread of its own, so that callers can wait for it without blocking.
///
/// A caller that stops waiting leaves the thread behind. It ends when the call returns, and the result is dropped.
final class BlockingCall<Value: Sendable>: Sendable {
    private let result = Lock<Value?>(nil)
    private let finished: WakePipe

    /// Starts the call.
    ///
    /// - Throws: `.connectionFailed` if no descriptor or thread is available.
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

    /// The result of the call; nil while it runs.
    var value: Value? {
        result.withLock { $0 }
    }

    /// The result of the call; nil if the deadline passes or the task is cancelled first.
    nonisolated(nonsending) func value(
        until deadline: EventLoop.Instant?, heedsCancellation: Bool = true
    ) async -> Value? {
        if let value { return value }
        _ = await EventLoop.shared.wait(
            for: finished.readingEnd, .read, until: deadline, heedsCancellation: heedsCancellation)
        return value
    }
}
