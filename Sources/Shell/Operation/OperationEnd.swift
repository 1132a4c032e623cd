import ClusterAccess
import CommandLanguage
import Platform

/// When no further step of an operation begins.
struct OperationEnd: Sendable {
    let time: ContinuousClock.Instant
    /// Why nothing begins then.
    let cause: ClusterError
    /// What is to be known of it before; nil for nothing.
    let note: String?

    /// - Parameter text: the time as it was written, of the next day where it has passed when the command begins.
    init(until clock: ClockTime, _ text: String, of context: CommandContext) {
        time = clock.next(after: context.started)
        // Somebody has wanted it so: it is no failure.
        cause = ClusterError("it was \(text), until when chunks were to begin", kind: .interrupted)
        note =
            clock.hasPassed(at: context.started) ? "it is past \(text) today: chunks begin until \(text) tomorrow" : nil
    }

    private init(_ time: ContinuousClock.Instant, _ cause: ClusterError) {
        (self.time, self.cause, note) = (time, cause, nil)
    }

    static func timeLimit(_ time: ContinuousClock.Instant) -> OperationEnd {
        OperationEnd(
            time,
            ClusterError(
                "it was not begun within the time limit", kind: .timedOut, remedy: "--timeout gives more time"))
    }
}

extension ClusterError {
    /// The error of the steps of a command that was ended.
    init(ending failure: Failure) {
        self.init(failure.message, kind: .timedOut, node: failure.node, remedy: failure.remedy)
    }
}
