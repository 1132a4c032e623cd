import ClusterAccess
import CommandLanguage
import Platform
import Rendering

/// `--watch TIME`, of commands that show how something stands.
enum WatchOption {
    static let key = Option<Duration?>(
        "--watch", "TIME", whenBare: .seconds(2), check: Duration.check("--watch", atLeast: .milliseconds(100)),
        "Show it again and again, after this time each (2s), until Ctrl-C; --timeout limits each look")
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
        var isFirst = true
        while !output.isBroken, !Task.isCancelled {
            let started = ContinuousClock.now
            let time = Timestamp.now.local
            let answer: Result<Outcome, Failure>
            do {
                var outcome = try await report(cluster.quiet.limited(to: settings.timeout))
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
            // A look that was broken off is none.
            if Task.isCancelled || answer.isInterrupted { break }
            let next = started.advanced(by: interval)
            repeat {
                await show(answer, of: command, at: time, isFirst: isFirst)
                isFirst = false
            } while await output.isResized(until: next)
        }
        // Where nobody reads any more, that is the end of the run.
        var outcome = Outcome(status: Task.isCancelled ? .interrupted : .done)
        outcome.isShown = false
        return outcome
    }

    /// Shows a round: on a terminal in place of the one before, with its time.
    private func show(_ answer: Result<Outcome, Failure>, of command: String, at time: String, isFirst: Bool) async {
        let isForPeople = [.table, .expanded].contains(settings.format)
        guard isForPeople else { return await show(answer, of: command) }
        await output.frame(isFirst: isFirst) {
            output.data(time)
            await show(answer, of: command)
        }
    }

    private func show(_ answer: Result<Outcome, Failure>, of command: String) async {
        do throws(Failure) {
            try await presentation.show(try answer.get(), of: command, paged: false)
        } catch {
            if error.status == .interrupted {
                // What was begun of the round is ended; nobody is told of an interrupt that is the normal end.
                await output.openRows?.breakOff([])
                return
            }
            // The watch continues, because the access node may come back.
            presentation.show(error, of: command)
        }
    }
}

extension Result<Outcome, Failure> {
    fileprivate var isInterrupted: Bool {
        switch self {
        case .success(let outcome): outcome.status == .interrupted
        case .failure(let failure): failure.status == .interrupted
        }
    }
}
