import Glibc
import Postgres

/// Signals as events: the handlers write to a pipe, and a thread of its own reads it and calls who listens.
package final class Interrupts: Sendable {
    package enum Event: Sendable { case interrupt, terminate, windowChanged, continued }

    package static let shared = Interrupts()

    private let listener = Lock<(@Sendable (Event) -> Void)?>(nil)
    private let reading: Int32
    /// Used by the signal handler, which must not wait.
    private let writing: Int32

    private init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
    }

    /// Begins to catch the signals.
    package func install() {
        _ = DetachedThread.start { self.readEvents() }
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Interrupts.shared.write(signal: $0) }
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
        // Whoever started tscl may have had them blocked, and that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A closed pipe is an error of the write, so that a run can stop in order.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that has reached the size it may have.
        signal(SIGXFSZ, SIG_IGN)
    }

    package func listen(_ listener: (@Sendable (Event) -> Void)?) {
        self.listener.withLock { $0 = listener }
    }

    private func write(signal: Int32) {
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
            default: event = .terminate
            }
            listener.withLock { $0 }?(event)
        }
    }
}
