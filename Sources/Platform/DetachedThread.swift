import Glibc

/// A thread that nobody joins and that takes no signals.
package enum DetachedThread {
    /// What the thread runs, carried through the `void *` of `pthread_create`.
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Starts `body` on a new thread.
    ///
    /// Signals are blocked on it, so that the handlers of the process run on the threads that expect them; but not those
    /// that report a fault of the thread itself, nor those that stop a job of the terminal.
    ///
    /// - Returns: False when the system has no thread left; `body` is not run then.
    @discardableResult
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

        var blocked = sigset_t()
        var previous = sigset_t()
        sigfillset(&blocked)
        for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU] {
            sigdelset(&blocked, signal)
        }
        // A thread inherits the mask of the one that starts it.
        pthread_sigmask(SIG_BLOCK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let argument = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        if failure != 0 { argument.release() }
        return failure == 0
    }

    /// What a call that blocks returns, awaited without blocking, however long it takes.
    ///
    /// - Returns: Nil when no thread could be started.
    package nonisolated(nonsending) static func value<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            let isStarted = start { continuation.resume(returning: body()) }
            if !isStarted { continuation.resume(returning: nil) }
        }
    }
}
