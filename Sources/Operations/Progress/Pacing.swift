/// When the next of the lines is due that tell now and then how far an operation is.
package struct Pacing: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let interval: Duration
    /// When the next line is due; the first one after an interval.
    package private(set) var next: Instant

    /// - Parameter interval: at least a millisecond.
    package init(every interval: Duration, from start: Instant) {
        self.interval = max(.milliseconds(1), interval)
        next = start + self.interval
    }

    /// Whether a line is due now; then the next one is due at the next multiple of the interval, however late this is.
    package mutating func isDue(at now: Instant) -> Bool {
        guard now >= next else { return false }
        let missed = (next.duration(to: now) / interval).rounded(.down)
        next += interval * (Int(missed) + 1)
        return true
    }
}
