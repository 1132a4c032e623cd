/// When the next step may begin, so that no more weight begins in a second than a rate allows, on average.
struct StepPace {
    private let rate: Int64?
    private var next: ContinuousClock.Instant?

    /// - Parameter rate: of the weight; nil for any.
    init(_ rate: Int64?) { self.rate = rate.map { max(1, $0) } }

    func isDue(at now: ContinuousClock.Instant) -> Bool { next.map { $0 <= now } ?? true }

    /// Notes that a step begins.
    mutating func take(_ weight: Int64, at now: ContinuousClock.Instant) {
        guard let rate else { return }
        next = now + .seconds(Double(weight) / Double(rate))
    }
}
