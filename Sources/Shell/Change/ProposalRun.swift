import ClusterAccess
import CommandLanguage
import MultiNode
import Platform

/// Carries out what a command proposes, part by part.
@LoopActor struct ProposalRun {
    private let proposal: Proposal
    private let context: CommandContext

    init(_ proposal: Proposal, _ context: CommandContext) {
        self.proposal = proposal
        self.context = context
    }

    /// Carries out the parts in order. If one fails, the others are tried all the same.
    ///
    /// - Throws: the first failure, with what was done, what was not, and the command for the rest.
    func carryOut(
        for arguments: Arguments, _ explained: (Failure) -> Failure, rest: ([String]) -> String? = { _ in nil }
    ) async throws(Failure) -> Outcome {
        var parts = PartialOutcome(
            unchanged: proposal.unchanged, concernsNodes: proposal.concernsNodes, failures: proposal.failures)
        parts.whenInterrupted = proposal.whenInterrupted
        if !proposal.items.isEmpty, !proposal.changedNodes.isEmpty { try await prove() }
        if proposal.isSideBySide {
            await attemptSideBySide(&parts)
        } else {
            await attemptInOrder(&parts)
        }
        if parts.hasChanged, proposal.concernsNodes { context.cluster.connection.forgetServer() }
        return try parts.outcome(of: arguments, explained: explained, rest: rest)
    }

    private func attemptInOrder(_ parts: inout PartialOutcome) async {
        for item in proposal.items {
            let started = ContinuousClock.now
            let answer = await attempt(item)
            parts.add(item.name, answer, started.duration(to: .now).milliseconds)
            // A failure has ended the script's transaction, so the other parts can't be tried.
            if case .failure = answer, context.cluster.isInScriptTransaction { break }
        }
    }

    private func attemptSideBySide(_ parts: inout PartialOutcome) async {
        let answers = await context.cluster.sideBySide(
            proposal.items, named: { $0.name ?? "" }, parallel: 16, patience: nil
        ) { item in
            await attempt(item)
        }
        for answer in answers {
            guard case .success(let result) = answer.result else { continue }
            parts.add(answer.item.name, result, answer.milliseconds)
        }
    }

    private func prove() async throws(Failure) {
        do throws(ClusterError) {
            try await context.cluster.prove(proposal.changedNodes, areNeeded: proposal.needsAllNodes)
        } catch {
            throw Failure(error)
        }
    }

    private func attempt(_ item: Proposal.Item) async -> Result<Outcome, Failure> {
        do {
            try Task.checkCancellation()
            switch item.work {
            case .plan(let plan, let answer) where item.target != nil:
                try await item.target?.together(plan.statements)
                return .success(try answer([]))
            case .plan(let plan, let answer) where proposal.isSideBySide:
                return .success(try answer(try await context.cluster.carryOutAside(plan)))
            case .plan(let plan, let answer):
                let told = try await item.before?() ?? []
                do {
                    let cluster = context.cluster
                    let limited = item.limit.map { cluster.limited(to: cluster.remaining(atMost: $0)) } ?? cluster
                    var outcome = try answer(try await limited.carryOut(plan))
                    outcome.text += told
                    return .success(outcome)
                } catch  where !told.isEmpty {
                    var failure = Failure(thrown: error)
                    failure.done += told
                    throw failure
                }
            case .action(_, let act): return .success(try await act())
            }
        } catch {
            let failure = Failure(thrown: error)
            return .failure(await proposal.whenRefused?(failure, item.name) ?? failure)
        }
    }
}
