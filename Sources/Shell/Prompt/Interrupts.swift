import Glibc
import Platform

/// Signals as events: the handlers write to a pipe, and a thread of its own reads it and calls who listens.
package final class Interrupts: Sendable {
    package enum Event: Sendable {
        case interrupt, terminate, windowChanged, continued
        /// Ctrl-Z. Whoever listens has to call `stop()`, after giving back the terminal.
        case stop
    }

    package static let shared = Interrupts()

    /// Nobody listens before the first `listen`, and then somebody always does.
    private let listener = Lock<(@Sendable (Event) -> Void)?>(nil)
    /// What puts the terminal in order again when the process goes on after a stop.
    private let restoring = Lock<(@Sendable () -> Void)?>(nil)
    private let reading: Int32
    /// Used by the signal handler, which must not wait.
    private let writing: Int32

    init() {
        let pipe = try? Pipe(isBlocking: true)
        (reading, writing) = (pipe?.reading ?? -1, pipe?.writing ?? -1)
    }

    /// Begins to catch the signals. What arrives before somebody listens waits for them.
    package func install() {
        let caught = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP]
        for signal in caught { catchSignal(signal) }
        // Whoever started tscl may have had them blocked, and that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in caught { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A closed pipe is an error of the write, so that a run can stop in order.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that has reached the size it may have.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Stops the process as SIGTSTP does, and returns when it goes on: at once where no shell could ever continue it.
    package func stop() {
        signal(SIGTSTP, SIG_DFL)
        // To this thread, which does not get beyond it before the process has stopped.
        raise(SIGTSTP)
        catchSignal(SIGTSTP)
    }

    private func catchSignal(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { Interrupts.shared.write(signal: $0) }
        action.sa_flags = SA_RESTART
        // Ctrl-\ is the last resort: the second one ends whatever does not end in order.
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

    /// Has this done when the process goes on after a stop, in place of what was to be done before; when it returns,
    /// nothing of that is under way any more.
    ///
    /// - Returns: what was to be done before, to be put back.
    package func whenContinued(_ restore: (@Sendable () -> Void)?) -> (@Sendable () -> Void)? {
        restoring.withLock { current in
            defer { current = restore }
            return current
        }
    }

    /// What the handler of the signals does.
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
