import Glibc
import Platform

/// Turns signals into events: the handler writes to a pipe, and a separate thread reads it and calls the listener.
package final class Interrupts: Sendable {
    package enum Event: Sendable {
        case interrupt, terminate, windowChanged, continued
        /// Ctrl-Z. The listener must give back the terminal and then call `stop()`.
        case stop
    }

    package static let shared = Interrupts()

    /// Nil before the first `listen`; after it there is always a listener.
    private let listener = Lock<(@Sendable (Event) -> Void)?>(nil)
    /// Restores the terminal's state when the process continues after a stop.
    private let restoring = Lock<(@Sendable () -> Void)?>(nil)
    private let reading: Int32
    /// The signal handler writes here, and must not block.
    private let writing: Int32

    init() {
        let pipe = try? Pipe(isBlocking: true)
        (reading, writing) = (pipe?.reading ?? -1, pipe?.writing ?? -1)
    }

    /// Begins to catch the signals. Those that arrive before the first `listen` wait in the pipe.
    package func install() {
        let caught = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP].filter { !Self.isKeptIgnored($0) }
        for signal in caught { catchSignal(signal) }
        // The parent process may have blocked them, and a child inherits that.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in caught { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A closed pipe then fails the write instead, so that a run can stop in order.
        signal(SIGPIPE, SIG_IGN)
        // So does a file that has reached its size limit.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Whether who started the process wants it to go on under such a signal: nohup(1) has a hang-up ignored, and a shell
    /// the keys of a terminal that is not for what it runs in the background.
    private static func isKeptIgnored(_ signal: Int32) -> Bool {
        guard signal == SIGHUP || [SIGINT, SIGQUIT].contains(signal) && isatty(STDIN_FILENO) != 1 else { return false }
        var action = sigaction()
        // SIG_IGN is no function, and can't be compared as one.
        return sigaction(signal, nil, &action) == 0
            && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Stops the process as SIGTSTP does, and returns when it continues: at once if no shell could ever continue it.
    package func stop() {
        signal(SIGTSTP, SIG_DFL)
        // raise(3) signals this thread, so it does not return before the process has stopped.
        raise(SIGTSTP)
        catchSignal(SIGTSTP)
    }

    private func catchSignal(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { Interrupts.shared.write(signal: $0) }
        action.sa_flags = SA_RESTART
        // Ctrl-\ is the last resort: the second one kills a process that does not end in order.
        if signal == SIGQUIT { action.sa_flags |= Int32(bitPattern: UInt32(SA_RESETHAND)) }
        sigaction(signal, &action, nil)
    }

    package func listen(_ listener: @escaping @Sendable (Event) -> Void) {
        let isFirst = self.listener.withLock { current in
            defer { current = listener }
            return current == nil
        }
        if isFirst { Thread.detach { self.readEvents() } }
    }

    /// Sets what to do when the process continues after a stop, in place of what was set before. When this returns, the
    /// former action is not running any more.
    ///
    /// - Returns: the former action, to be restored later.
    package func whenContinued(_ restore: (@Sendable () -> Void)?) -> (@Sendable () -> Void)? {
        restoring.withLock { current in
            defer { current = restore }
            return current
        }
    }

    /// The body of the signal handler.
    func write(signal: Int32) {
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = Glibc.write(writing, &byte, 1)
        errno = saved
    }

    private func readEvents() {
        var byte: UInt8 = 0
        while true {
            let count = read(reading, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            let event: Event
            switch Int32(byte) {
            case SIGINT: event = .interrupt
            case SIGWINCH: event = .windowChanged
            case SIGCONT: event = .continued
            case SIGTSTP: event = .stop
            default: event = .terminate
            }
            listener.withLock { $0 }?(event)
            if case .continued = event { restoring.withLock { $0?() } }
        }
    }
}
