/// How far an operation is. This is a pure model: the caller passes it the events and the time.
package struct OperationProgress: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// A step in hand.
    package struct StepInHand: Sendable {
        package let name: String
        /// How much of the step is done, from 0 to 1; nil if it does not report that.
        package fileprivate(set) var fraction: Double?
        /// What the step waits for.
        package fileprivate(set) var waitsFor: String?
        fileprivate let index: Int
        fileprivate let began: Instant
    }

    private let name: @Sendable (Int) -> String
    private let weights: [Double]
    /// The weight of all steps.
    package let totalWeight: Double

    /// The steps in hand, in the order in which they began.
    package private(set) var inHand: [StepInHand] = []
    /// How many steps are done or unneeded.
    package private(set) var doneCount = 0
    /// How many steps failed, or are not known to be done.
    package private(set) var failedCount = 0
    /// How many steps are not begun, because of what others had found.
    package private(set) var passedOverCount = 0
    private var endedCount: Int { doneCount + failedCount + passedOverCount }
    package var totalCount: Int { weights.count }

    /// The weight of all steps that ended, whatever their outcome.
    private var endedWeight = 0.0
    /// The part of it that was worked off.
    private var workedWeight = 0.0
    /// The weight of the steps that were done, and the sum of their times.
    private var doneWeight = 0.0
    private var doneTime = Duration.zero
    private var speed: Speed
    /// When a step has begun, got on, or ended last.
    private var lastMove: Instant

    package init(_ steps: [some Step], at start: Instant) {
        // There may be many, of which few are in hand.
        name = { steps[$0].name }
        weights = steps.map { Double(max(0, $0.weight)) }
        totalWeight = weights.reduce(0, +)
        speed = Speed(at: start)
        lastMove = start
    }

    /// How long nothing has begun, got on, or ended.
    package func stillness(at now: Instant) -> Duration { lastMove.duration(to: now) }

    package mutating func apply<Result>(_ event: OperationEvent<Result>, at now: Instant) {
        switch event {
        case .stepBegan(let index):
            inHand.append(StepInHand(name: name(index), index: index, began: now))
            lastMove = now
        case .stepProgressed(let index, let fraction):
            var hasMoved = false
            change(index) { step in
                let before = step.fraction ?? 0
                step.fraction = max(before, fraction.isNaN ? 0 : min(max(0, fraction), 1))
                step.waitsFor = nil
                hasMoved = step.fraction != before
            }
            if hasMoved { lastMove = now }
        case .stepWaits(let index, let reason):
            change(index) { $0.waitsFor = reason }
        case .stepEnded(let index, let outcome, _):
            ended(index, outcome, at: now)
            lastMove = now
        case .allEnded:
            inHand = []
        }
        speed.note(work(at: now), at: now)
    }

    /// Changes a step in hand. A report that arrives after the step's end changes nothing.
    private mutating func change(_ index: Int, _ body: (inout StepInHand) -> Void) {
        guard let position = inHand.firstIndex(where: { $0.index == index }) else { return }
        body(&inHand[position])
    }

    private mutating func ended<Result>(_ index: Int, _ outcome: StepOutcome<Result>, at now: Instant) {
        let position = inHand.firstIndex { $0.index == index }
        let step = position.map { inHand.remove(at: $0) }
        endedWeight += weights[index]
        switch outcome {
        case .done:
            doneCount += 1
            workedWeight += weights[index]
            doneWeight += weights[index]
            if let step { doneTime += step.began.duration(to: now) }
        case .unneeded:
            doneCount += 1
        case .passedOver, .notBegun:
            passedOverCount += 1
        case .failed, .unknown:
            failedCount += 1
            workedWeight += weights[index] * (step?.fraction ?? 0)
        }
    }

    /// How much of the whole is behind us, from 0 to 1. It never decreases: steps that failed count, too.
    package var fraction: Double {
        guard endedCount < totalCount, totalWeight > 0 else { return endedCount < totalCount ? 0 : 1 }
        return min(1, weightBehind / totalWeight)
    }

    /// The weight of what is behind us.
    package var weightBehind: Double {
        inHand.reduce(endedWeight) { $0 + weights[$1.index] * ($1.fraction ?? 0) }
    }

    /// The weight that was worked off per second recently; nil while it is too early to tell.
    package func rate(at now: Instant) -> Double? { speed.rate(work(at: now), at: now) }

    /// How long the rest will take; nil while it is too early to tell, or it waits for something.
    package func timeLeft(at now: Instant) -> Duration? {
        if endedCount == totalCount { return .zero }
        guard let rate = rate(at: now), !isOverdue(at: now), !waits else { return nil }
        let rest = totalWeight - endedWeight - inHand.reduce(0) { $0 + weight(of: $1, at: now) }
        let seconds = max(0, rest) / rate
        // A longer time is no estimate.
        return seconds < 100 * 86_400 ? .seconds(seconds) : nil
    }

    /// Whether nobody knows when it goes on: all that is in hand waits for something, or one of the last steps does.
    private var waits: Bool {
        let waiting = inHand.count { $0.waitsFor != nil }
        return waiting > 0 && (waiting == inHand.count || endedCount + inHand.count == totalCount)
    }

    /// Whether a step that reports no fraction takes longer than those that were done. It may hang, and nobody knows how
    /// long; a time left of nothing would be a promise.
    private func isOverdue(at now: Instant) -> Bool {
        guard doneTime > .zero, doneWeight > 0 else { return false }
        return inHand.contains { step in
            step.fraction == nil && step.began.duration(to: now) / doneTime * doneWeight > weights[step.index]
        }
    }

    /// The weight that was worked off until now.
    private func work(at now: Instant) -> Double {
        inHand.reduce(workedWeight) { $0 + weight(of: $1, at: now) }
    }

    /// The worked-off weight of a step in hand. A step that reports no fraction is assumed to take as long as those that
    /// were done; otherwise the time left would jump whenever a step ends.
    private func weight(of step: StepInHand, at now: Instant) -> Double {
        let weight = weights[step.index]
        if let fraction = step.fraction { return weight * fraction }
        guard doneTime > .zero, doneWeight > 0 else { return 0 }
        let expected = step.began.duration(to: now) / doneTime * doneWeight
        return min(expected, weight * 0.95)
    }
}
