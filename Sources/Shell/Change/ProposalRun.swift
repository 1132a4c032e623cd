import ClusterAccess
import CommandLanguage
import MultiNode

/// Carries out what a command proposes, part by part.
struct ProposalRun {
    private let proposal: Proposal
    private let context: CommandContext

    init(_ proposal: Proposal, _ context: CommandContext) {
        self.proposal = proposal
        self.context = context
    }

    private typealias Attempt = (item: Proposal.Item, answer: Result<Outcome, Failure>, milliseconds: Double)

    /// Carries out the parts in order. If one fails, the others are tried all the same.
    ///
    /// - Throws: the first failure, with what was done, what was not, and the command for the rest.
    func carryOut(for arguments: Arguments, _ explained: (Failure) -> Failure) async throws(Failure) -> Outcome {
        let attempts = await attempt()
        var outcome = Outcome(text: proposal.unchanged.map { "unchanged: \($0)" })
        for attempt in attempts {
            guard case .success(let part) = attempt.answer else { continue }
            outcome.take(part)
        }
        if outcome.changed, proposal.concernsNodes { await context.cluster.connection.forgetServer() }
        let parts = attempts.compactMap(Self.nodeOutcome)
        outcome.nodes = proposal.concernsNodes ? parts : []
        outcome.nodes += proposal.failures.compactMap { failure in failure.node.map { NodeOutcome($0, failure) } }
        if !proposal.failures.isEmpty { outcome.status = .partial }
        let failed = attempts.compactMap { attempt -> (name: String?, failure: Failure)? in
            guard case .failure(let failure) = attempt.answer else { return nil }
            return (attempt.item.name, failure)
        }
        guard var failure = failed.first.map({ explained($0.failure) }) else { return outcome }
        if failure.status == .interrupted || failure.isTimedOut, failure.remedy == nil {
            failure.remedy = proposal.whenInterrupted
        }
        failure.nodes = outcome.nodes
        failure.parts = parts
        if outcome.changed {
            failure.done = outcome.text
            if failure.status != .interrupted { failure.status = .partial }
        }
        let remaining = failed.compactMap(\.name)
        if proposal.items.count > 1, !remaining.isEmpty { failure.rest = arguments.command(forRemaining: remaining) }
        throw failure
    }

    private func attempt() async -> [Attempt] {
        var attempts: [Attempt] = []
        for item in proposal.items {
            let started = ContinuousClock.now
            let answer: Result<Outcome, Failure>
            do {
                try Task.checkCancellation()
                answer = .success(try await carryOut(item))
            } catch {
                answer = .failure(Failure(error))
            }
            attempts.append((item, answer, started.duration(to: .now).milliseconds))
            // A failure has ended the script's transaction, so the other parts can't be tried.
            if case .failure = answer, await context.cluster.isInScriptTransaction { break }
        }
        return attempts
    }

    private func carryOut(_ item: Proposal.Item) async throws -> Outcome {
        switch item.work {
        case .plan(let plan, let answer): try answer(try await context.cluster.carryOut(plan))
        case .action(_, let act): try await act()
        }
    }

    private static func nodeOutcome(_ attempt: Attempt) -> NodeOutcome? {
        guard let name = attempt.item.name else { return nil }
        switch attempt.answer {
        case .success: return NodeOutcome(name, ok: true, milliseconds: attempt.milliseconds)
        case .failure(let failure): return NodeOutcome(name, failure)
        }
    }
}

extension Outcome {
    /// Adds the outcome of one part of a command.
    fileprivate mutating func take(_ part: Outcome) {
        table = part.table ?? table
        text += part.text
        effects += part.effects
        changed = changed || part.changed
    }
}

extension NodeOutcome {
    init(_ node: String, _ failure: Failure) {
        self.init(node, ok: false, sqlstate: failure.sqlstate, message: failure.summary)
    }
}
