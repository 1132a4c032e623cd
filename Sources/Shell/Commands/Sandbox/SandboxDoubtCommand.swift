import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

struct SandboxDoubtCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox doubt", group: .sandbox, "Leave a transaction in doubt on a data node, for healing to find",
        operands: [OperandSyntax("NODE", .sandboxNode)],
        options: [
            OptionSyntax("--committed", "The access node committed it; otherwise it did not"),
            OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox"),
        ],
        details: """
            It is what a crash in the midst of a commit leaves. 'heal list' shows it, and 'heal all' ends it: commits \
            it with --committed, and else undoes it.
            """,
        examples: ["sandbox doubt dn2", "sandbox doubt dn2 --committed"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let node = try SandboxListing.node(arguments.operand("NODE"), of: sandbox, arguments)
        if session.settings.dryRun {
            return Outcome(text: ["-- would be left in doubt: a transaction on \(node.name)"])
        }
        do throws(SandboxError) {
            let gid = try await sandbox.doubt(node.name, committed: arguments.has("--committed"))
            var outcome = Outcome(text: ["in doubt on \(node.name): \(gid)"])
            outcome.changed = true
            return outcome
        } catch {
            throw Failure(error)
        }
    }
}
