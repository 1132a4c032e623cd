import ClusterAccess
import CommandLanguage
import Platform
import Rendering

/// `--watch TIME`, of commands that show how something stands.
enum WatchOption {
    static let key = Option<Duration?>(
        "--watch", "TIME", check: Duration.check("--watch", atLeast: .milliseconds(100)),
        "Show it again and again, after this time each, until Ctrl-C")
}

extension CommandContext {
    /// Shows a report repeatedly until the command is interrupted. That is the normal end, so it is not reported.
    ///
    /// - Parameters:
    ///   - command: its name.
    ///   - report: with the time limit of the command for each round.
    func watch(
        _ command: String, every interval: Duration, _ report: (Cluster) async throws -> Outcome
    ) async -> Outcome {
        while !output.isBroken, !Task.isCancelled {
            let started = ContinuousClock.now
            let answer: Result<Outcome, Failure>
            do {
                var outcome = try await report(cluster.limited(to: settings.timeout))
                // The complaint repeats what the watcher sees in the table.
                outcome.complaint = nil
                outcome.notes = []
                answer = .success(outcome)
            } catch {
                answer = .failure(Failure(thrown: error))
                // The next round then opens the connection again.
                if let error = error as? ClusterError, error.isAccessNodeUnreachable {
                    await cluster.connection.disconnect()
                }
            }
            if Task.isCancelled { break }
            if [.table, .expanded].contains(settings.format) { output.beginRound() }
            do throws(Failure) {
                try await presentation.show(try answer.get(), of: command, paged: false)
            } catch {
                // The watch continues, because the access node may come back.
                presentation.show(error, of: command)
            }
            do throws(CancellationError) {
                try await EventLoop.shared.sleep(until: started.advanced(by: interval))
            } catch {
                break
            }
        }
        var outcome = Outcome(status: .interrupted)
        outcome.isShown = false
        return outcome
    }
}
