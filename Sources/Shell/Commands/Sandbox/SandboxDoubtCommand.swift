import CommandLanguage
import Sandbox

struct SandboxDoubtCommand: ChangingCommand {
    private static let committed = Flag("--committed", "The access node committed it; otherwise it did not")

    static let syntax = CommandSyntax(
        "sandbox doubt", group: .sandbox, "Leave a transaction in doubt on a data node, for healing to find",
        operands: [SandboxListing.node], options: [committed, SandboxListing.name], changes: true,
        details: """
            It is what a crash in the midst of a commit leaves. 'heal list' shows it, and 'heal all' ends it: commits \
            it with --committed, and else undoes it.
            """,
        examples: ["sandbox doubt dn2", "sandbox doubt dn2 --committed"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sandbox = try SandboxListing.find(arguments, context)
        let node = try SandboxListing.node(arguments, of: sandbox)
        let isCommitted = arguments[Self.committed]
        let item = Proposal.Item(
            .action("left in doubt: a transaction on \(node.name)") {
                let gid = try await sandbox.doubt(node.name, committed: isCommitted)
                return Outcome(text: ["in doubt on \(node.name): \(gid)"], changed: true)
            })
        return Proposal([item], concernsNodes: false)
    }
}
