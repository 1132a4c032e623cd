import Glibc
package import SystemPackage

/// A thread that takes no signals, to be joined once.
package struct Thread: Sendable {
    private let handle: pthread_t

    /// What a thread runs, carried through the `void *` of `pthread_create`.
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }

    /// Starts `body` on a new thread.
    ///
    /// Signals are blocked on it, so that the handlers of the process run on the threads that expect them; but not those
    /// that report a fault of the thread itself, nor those that stop a job of the terminal.
    ///
    /// - Throws: when the system has no thread left; `body` is not run then.
    package init(_ body: sending @escaping () -> Void) throws(Errno) {
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
        var handle = pthread_t()
        let failure = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard failure == 0 else {
            argument.release()
            throw Errno(rawValue: failure)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended.
    package func join() {
        pthread_join(handle, nil)
    }
}

extension Thread {
    /// Starts `body` on a thread that nobody joins.
    ///
    /// - Returns: False when the system has no thread left; `body` is not run then.
    @discardableResult
    package static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = try? Thread(body) else { return false }
        pthread_detach(thread.handle)
        return true
    }

    /// What a call that blocks returns, awaited without blocking, however long it takes.
    ///
    /// - Returns: Nil when no thread could be started.
    package nonisolated(nonsending) static func value<Value: Sendable>(
        of call: @escaping @Sendable () -> Value
    ) async -> Value? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            let isStarted = detach { continuation.resume(returning: call()) }
            if !isStarted { continuation.resume(returning: nil) }
        }
    }
}
