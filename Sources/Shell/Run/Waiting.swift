import ClusterAccess
import Platform
import CommandLanguage
import Postgres

/// `wait until CONDITION`: evaluates the condition repeatedly, until it holds or the time is over.
struct Waiting {
    private static let longestLook: Duration = .seconds(60)

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// A condition that can't be evaluated counts as not holding yet; its error is shown when the time is over.
    @LoopActor func wait(for condition: Condition, _ arguments: Arguments) async throws {
        var settings = context.settings
        if let limit = arguments[ControlSyntax.waitTimeout] { settings.limit(to: limit) }
        let limit = settings.limit(usually: .seconds(60))
        let interval = arguments[ControlSyntax.waitInterval]
        let end = ContinuousClock.now.advanced(by: limit)
        var reason: String?
        var hasLooked = false
        let sign = context.output.lifeSign
        let work = sign?.begin(.init("waiting until \(condition.text)", patience: .seconds(2)))
        defer { if let work { sign?.end(work) } }
        while true {
            let started = ContinuousClock.now
            do {
                // Without an end each look still has one.
                let lookEnd = min(end, started.advanced(by: max(interval, Self.longestLook)))
                if try await ConditionEvaluation(context, until: lookEnd).holds(condition) { return }
                reason = nil
            } catch {
                let failure = Failure(thrown: error)
                // A wrong name will still be wrong a second later; and where a transaction has failed, or what the session
                // kept is lost with it, each further look fails.
                // in_failed_sql_transaction: appendix A of the PostgreSQL manual.
                if failure.isAboutTheScript || failure.sqlstate == "25P02" { throw failure }
                let connection = context.cluster.connection
                if connection.isLost {
                    guard connection.keepsNothing else { throw failure }
                    connection.disconnect()
                }
                // A look that the end has cut short tells less than the one before.
                if !hasLooked || ContinuousClock.now < end { reason = failure.summary }
            }
            hasLooked = true
            try Task.checkCancellation()
            guard ContinuousClock.now < end else { break }
            try await EventLoop.shared.sleep(until: min(end, started.advanced(by: interval)))
        }
        var failure = Failure("\(condition.text) still does not hold after \(limit.written)")
        failure.detail = reason
        failure.place = (condition.source, condition.span)
        throw failure
    }
}
