import ClusterAccess
package import CommandLanguage
import Platform

/// A command that changes something. It first returns what it would do, as data.
package protocol ChangingCommand: Command {
    var arguments: Arguments { get }

    @LoopActor func proposal(_ context: CommandContext) async throws -> Proposal

    /// Lets the command improve the failure of a part before it is shown.
    func explained(_ failure: Failure) -> Failure

    /// The command that does some of its parts; nil where it is that for some of its operands.
    func rest(of names: [String]) -> String?
}

extension ChangingCommand {
    package func explained(_ failure: Failure) -> Failure { failure }

    package func rest(of names: [String]) -> String? { nil }

    @LoopActor package func run(_ context: CommandContext) async throws -> Outcome { try await carryOut(context) }

    /// Does what it proposes, unless it is only to be shown.
    @LoopActor func carryOut(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        let proposal = try await proposal(context)
        try context.refuseInWrittenTransaction(proposal.items.map(\.plan))
        let output = context.output
        for failure in proposal.failures { output.message(lines: failure.hiding(output.hiding).text) }
        for warning in proposal.warnings { output.message("warning: \(warning)") }
        if context.settings.dryRun {
            let isInBlock = context.cluster.isInScriptTransaction
            return proposal.preview(isPart: context.settings.previewsTransaction || isInBlock, output)
        }
        if !proposal.items.isEmpty, !proposal.confirm.isEmpty {
            try await Confirmation(context.settings).confirm(proposal.confirm, for: arguments)
        }
        return try await ProposalRun(proposal, context).carryOut(for: arguments, explained, rest: rest)
    }
}
