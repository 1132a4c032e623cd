import Glibc

/// Calls back when a time has come, on a thread of its own.
///
/// To set and clear it again and again costs next to nothing: the thread sleeps on, and looks at what is set when it wakes
/// up. So it suits what hardly ever comes to pass.
package final class Alarm: Sendable {
    private struct State {
        var due: (time: ContinuousClock.Instant, ring: @Sendable () -> Void)?
        var hasThread = false
        /// Until when the thread sleeps; nil where only a signal wakes it.
        var sleepsUntil: ContinuousClock.Instant?
    }

    private let state = Lock(State())
    private let wakePipe = try? WakePipe()

    package init() {}

    /// Sets it, in place of what was set before. Where no thread is left it never rings.
    package func set(at time: ContinuousClock.Instant, _ ring: @escaping @Sendable () -> Void) {
        guard let wakePipe else { return }
        let (isFirst, mustWake) = state.withLock { state in
            state.due = (time, ring)
            defer { state.hasThread = true }
            return (!state.hasThread, state.sleepsUntil.map { time < $0 } ?? true)
        }
        if isFirst {
            let isStarted = Thread.detach { [state] in Self.run(wakePipe, state) }
            if !isStarted { state.withLock { $0.hasThread = false } }
        } else if mustWake {
            wakePipe.signal()
        }
    }

    package func clear() { state.withLock { $0.due = nil } }

    private static func run(_ wakePipe: WakePipe, _ state: borrowing Lock<State>) {
        while true {
            let (ring, until) = state.withLock { state -> ((@Sendable () -> Void)?, ContinuousClock.Instant?) in
                guard let due = state.due else {
                    state.sleepsUntil = nil
                    return (nil, nil)
                }
                guard due.time <= .now else {
                    state.sleepsUntil = due.time
                    return (nil, due.time)
                }
                state.due = nil
                return (due.ring, nil)
            }
            if let ring {
                ring()
                continue
            }
            var polled = pollfd(fd: wakePipe.readingEnd, events: Int16(POLLIN), revents: 0)
            _ = poll(&polled, 1, PollTimeout.milliseconds(until: until))
            wakePipe.drain()
        }
    }
}
