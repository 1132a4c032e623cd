import ClusterAccess
import CommandLanguage
import MultiNode
import Platform

/// What may not be done while a transaction is open that `BEGIN` has begun. It is the user's alone: a command that
/// began or ended one of its own there would end the user's.
@LoopActor extension CommandContext {
    /// Refuses a command before it asks or sends anything, where its text tells that it can't be in the transaction.
    func refuseInWrittenTransaction(_ invocation: Invocation) throws(ClusterError) {
        let syntax = invocation.syntax
        // SQL is what the transaction consists of, and ends by; the sandbox's servers are not asked through it.
        guard syntax.name != SQLCommand.syntax.name, syntax.group != .sandbox,
            let open = cluster.writtenTransaction
        else { return }
        let reason = Catalogue.refusalInTransaction(invocation)
        if reason != nil || open == .failed { throw ClusterError(refusing: open, because: reason) }
    }

    /// Refuses plans, before the first statement of any of them, where one needs a transaction of its own.
    func refuseInWrittenTransaction(_ plans: [Plan]) throws(ClusterError) {
        guard plans.contains(where: \.beginsTransaction), let open = cluster.writtenTransaction else { return }
        throw ClusterError(refusing: open, because: "this needs one of its own")
    }

    /// The password that a command's options give; nil if none of them is given. What can't be in an open transaction is
    /// refused before anybody is asked for it.
    ///
    /// - Parameter proposal: what the command proposes with a password.
    func password(
        _ arguments: Arguments, _ proposal: (String?) async throws -> Proposal
    ) async throws -> String? {
        if PasswordOptions.areGiven(in: arguments), cluster.writtenTransaction != nil {
            // The statements with any other password are as many.
            try refuseInWrittenTransaction(try await proposal("********").items.map(\.plan))
        } else {
            // A server that can't have data nodes is told first.
            _ = try await cluster.capabilities()
        }
        return try await PasswordOptions.password(arguments, self)
    }
}
