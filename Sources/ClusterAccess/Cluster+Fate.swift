import MultiNode
import Platform
import Postgres

/// What became of a transaction whose end was not answered, or was refused.
extension Cluster {
    /// How long the answer to the end of a transaction is awaited although the time is over or the command interrupted.
    private static let patience: Duration = .seconds(5)
    private static let pollInterval: Duration = .milliseconds(100)

    /// How long a statement may go on that is to be stopped. While the access node commits, to cancel undoes nothing.
    func patience(for ending: StatementEnding, on link: any Link) -> Patience {
        switch ending {
        case .none: return .none
        case .commit: return Patience(beforeCancelling: Self.patience)
        case .implicit:
            let process = link.info.backendPID
            return Patience {
                if case .done = await transaction(ofSession: process)?.outcome { Self.patience } else { .zero }
            }
        }
    }

    /// What became of a transaction whose COMMIT was refused or not answered, as the access node says.
    ///
    /// - Parameters:
    ///   - number: nil if it had no id.
    ///   - link: what COMMIT was sent over; another one is opened if it is closed.
    func fate(of number: String?, on link: any Link) async -> TransactionOutcome {
        let isOpen = await link.isOpen
        // What an open link has answered is an error, and without an id nothing can have been changed.
        guard let number else { return isOpen ? .undone : .unknown }
        let query = TransactionOutcome.status(of: number)
        let status: String? =
            isOpen
            ? await evenIfInterrupted { try? await $0.send(query, on: link).value }
            : await askingAside { cluster, link in
                // The server may still be about to end it.
                while true {
                    let status = try? await cluster.send(query, on: link).value
                    guard status == "in progress", await cluster.pauses() else { return status }
                }
            }
        return TransactionOutcome(status: status)
    }

    /// The transaction of a session of the access node that does not answer, and what became of it so far; nil where it
    /// has none, or nobody tells.
    func transaction(ofSession process: Int) async -> (number: String, outcome: TransactionOutcome)? {
        await askingAside { cluster, link in
            let rows = try? await cluster.send(TransactionOutcome.ofSession(process), on: link).records
            guard let row = rows?.first, case let number?? = row["number"] else { return nil }
            return (number, TransactionOutcome(status: row["status"] ?? nil))
        }
    }

    func askingAside<Answer: Sendable>(
        _ ask: @escaping @Sendable (Cluster, any Link) async -> Answer?
    ) async -> Answer? {
        await evenIfInterrupted { cluster in
            guard let link = await cluster.connection.openInBackground() else { return nil }
            let answer = await ask(cluster, link)
            await link.close()
            return answer
        }
    }

    /// Waits before the next question; false if there is no time for it.
    private func pauses() async -> Bool {
        let next = ContinuousClock.now + Self.pollInterval
        guard deadline.map({ next < $0 }) ?? true else { return false }
        return (try? await EventLoop.shared.sleep(until: next)) != nil
    }

    /// Does for a short time what an interrupt of the command must not prevent.
    package func evenIfInterrupted<Answer: Sendable>(
        _ work: @escaping @Sendable (Cluster) async -> Answer
    ) async -> Answer {
        let shielded = Cluster(connection, listener: listener).limited(to: Self.patience)
        // An unstructured task is not cancelled together with the command.
        return await Task(executorPreference: EventLoop.shared) { await work(shielded) }.value
    }
}
