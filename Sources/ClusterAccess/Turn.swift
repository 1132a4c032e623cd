import Platform

/// The turn of one of several items, of which at most so many are in hand at once.
///
/// One that gives no sign of life lets another begin: those that hang must not keep those waiting that would answer.
package final class Turn: Sendable {
    /// The turn that the current task works in.
    @TaskLocal package static var current: Turn?

    private let answer = Lock(false)

    package init() {}

    /// Whether what it is about has answered so far.
    package var hasAnswered: Bool { answer.withLock { $0 } }

    /// Notes that what the current task works on has answered. From then on it may take as long as it needs.
    package static func noteAnswer() { current?.answer.withLock { $0 = true } }

    package static let usualPatience: Duration = .seconds(1)

    /// How long an item may be silent until another begins.
    ///
    /// - Parameters:
    ///   - deadline: for all of them. When it comes, each of them has had its turn, even if none answers.
    ///   - usual: how long where there is time enough.
    package static func patience(
        _ count: Int, parallel: Int, until deadline: ContinuousClock.Instant?, atMost usual: Duration = usualPatience
    ) -> Duration {
        guard let deadline else { return usual }
        let rounds = (count + max(1, parallel) - 1) / max(1, parallel)
        return min(usual, max(.zero, ContinuousClock.now.duration(to: deadline)) / (2 * max(1, rounds)))
    }
}

extension ClusterError {
    /// The error of an item whose turn did not come.
    package static func noTurn(of name: String? = nil) -> ClusterError {
        ClusterError(
            "it was not asked: the time was over before its turn came", kind: .timedOut, node: name,
            remedy: "--timeout gives more time, and a larger --parallel, where there is one, asks more at once")
    }
}
