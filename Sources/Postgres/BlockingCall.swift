internal import Glibc

/// A call that blocks, on a thread of its own, waited for without blocking.
///
/// Who stops waiting leaves the thread behind: it ends when the call returns, and what it returned is let go.
package final class BlockingCall<Value: Sendable>: Sendable {
    private let result = Lock<Value?>(nil)
    private let finished: WakePipe

    /// Starts the call.
    ///
    /// - Throws: `.connectionFailed` when no descriptor or thread is to be had.
    package init(_ body: @escaping @Sendable () -> Value) throws(PostgresError) {
        guard let finished = WakePipe() else {
            throw PostgresError(.connectionFailed, "cannot create a pipe: \(SystemError.text(errno))")
        }
        self.finished = finished
        let failure = DetachedThread.start { [result] in
            let value = body()
            result.withLock { $0 = value }
            finished.signal()
        }
        if let failure {
            throw PostgresError(.connectionFailed, "cannot start a thread: \(SystemError.text(failure))")
        }
    }

    /// What the call returned, or nil while it runs.
    package var value: Value? {
        result.withLock { $0 }
    }

    /// What the call returns, or nil when the deadline passed or the task was cancelled before it did.
    package nonisolated(nonsending) func value(
        until deadline: EventLoop.Instant?, cancellable: Bool = true
    ) async -> Value? {
        if let value { return value }
        _ = await EventLoop.shared.wait(
            for: .readable, on: finished.readingEnd, until: deadline, cancellable: cancellable)
        return value
    }
}
