import CommandLanguage
import Sandbox

/// A command that does one thing to one server of the sandbox.
protocol SandboxNodeCommand: ChangingCommand {
    static var done: String { get }
    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError)
}

extension SandboxNodeCommand {
    static func describe(_ verb: String, _ summary: String) -> CommandSyntax {
        CommandSyntax(
            "sandbox \(verb)", group: .sandbox, summary, operands: [SandboxListing.node],
            options: [SandboxListing.name], changes: true, examples: ["sandbox \(verb) dn2"])
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sandbox = try SandboxListing.find(arguments, context)
        let node = try SandboxListing.node(arguments, of: sandbox)
        let item = Proposal.Item(
            .action("\(Self.done): \(node.name)") {
                try await act(on: node, of: sandbox)
                return Outcome(text: ["\(node.name) \(Self.done)"], changed: true)
            })
        return Proposal([item], concernsNodes: false)
    }
}
