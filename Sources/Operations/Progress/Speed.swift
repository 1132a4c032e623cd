/// How fast work goes of late: over the later half of the time since it began, and a little more, so that it neither
/// jumps with each step nor tells in the evening how fast it was in the morning.
struct Speed: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Mark {
        let time: Instant
        let work: Double
    }

    private let start: Instant
    /// Rates count from the earlier one; the later one takes its place when the time since the start has doubled.
    private var earlier: Mark
    private var later: Mark

    /// Sooner, chance has too great a part in it.
    private static let shortestTime: Duration = .seconds(2)

    init(at start: Instant) {
        self.start = start
        earlier = Mark(time: start, work: 0)
        later = earlier
    }

    /// - Parameter work: all that was done since the start.
    mutating func note(_ work: Double, at now: Instant) {
        let age = start.duration(to: now)
        guard age >= max(start.duration(to: later.time) * 2, Self.shortestTime * 2) else { return }
        earlier = later
        later = Mark(time: now, work: work)
    }

    /// The work that is done in a second.
    ///
    /// - Returns: nil where it is too early to tell, or nothing was done.
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
