/// How fast work goes, measured over roughly the second half of the time since it began: long enough not to jump with
/// each step, and recent enough to follow a change of speed.
struct Speed: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Mark {
        let time: Instant
        let work: Double
    }

    private let start: Instant
    /// Rates are measured since the earlier mark. The later one takes its place when the time since the start has doubled.
    private var earlier: Mark
    private var later: Mark

    /// Before that, a rate says too little.
    private static let shortestTime: Duration = .seconds(2)

    init(at start: Instant) {
        self.start = start
        earlier = Mark(time: start, work: 0)
        later = earlier
    }

    /// - Parameter work: all work since the start.
    mutating func note(_ work: Double, at now: Instant) {
        let age = start.duration(to: now)
        guard age >= max(start.duration(to: later.time) * 2, Self.shortestTime * 2) else { return }
        earlier = later
        later = Mark(time: now, work: work)
    }

    /// The work per second.
    ///
    /// - Returns: nil if it is too early to tell, or if nothing was done.
    func rate(_ work: Double, at now: Instant) -> Double? {
        guard start.duration(to: now) >= Self.shortestTime else { return nil }
        return rate(since: earlier, work, now) ?? rate(since: Mark(time: start, work: 0), work, now)
    }

    private func rate(since mark: Mark, _ work: Double, _ now: Instant) -> Double? {
        let seconds = mark.time.duration(to: now) / .seconds(1)
        guard seconds > 0, work > mark.work else { return nil }
        return (work - mark.work) / seconds
    }
}
