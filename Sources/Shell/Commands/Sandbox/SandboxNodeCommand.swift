import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

/// A command that does one thing to one server of the sandbox.
protocol SandboxNodeCommand: UncheckedCommand {
    static var done: String { get }
    var arguments: Arguments { get }
    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError)
}

extension SandboxNodeCommand {
    static func describe(_ verb: String, _ summary: String) -> CommandSyntax {
        CommandSyntax(
            "sandbox \(verb)", group: .sandbox, summary, operands: [OperandSyntax("NODE", .sandboxNode)],
            options: [OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox")],
            examples: ["sandbox \(verb) dn2"])
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let node = try SandboxListing.node(arguments.operand("NODE"), of: sandbox, arguments)
        if session.settings.dryRun { return Outcome(text: ["-- would be \(Self.done): \(node.name)"]) }
        do throws(SandboxError) {
            try await act(on: node, of: sandbox)
        } catch {
            throw Failure(error)
        }
        var outcome = Outcome(text: ["\(node.name) \(Self.done)"])
        outcome.changed = true
        return outcome
    }
}
