/// Tells when the next line about an operation's progress is due.
package struct Pacing: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let interval: Duration
    /// When the next line is due. The first one is due after one interval.
    package private(set) var next: Instant

    /// - Parameter interval: at least a millisecond.
    package init(every interval: Duration, from start: Instant) {
        self.interval = max(.milliseconds(1), interval)
        next = start + self.interval
    }

    /// Whether a line is due now. If so, the next one is due at the next multiple of the interval, however late this one
    /// is.
    package mutating func isDue(at now: Instant) -> Bool {
        guard now >= next else { return false }
        let missed = (next.duration(to: now) / interval).rounded(.down)
        next += interval * (Int(missed) + 1)
        return true
    }
}
