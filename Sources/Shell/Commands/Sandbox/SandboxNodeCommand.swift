import CommandLanguage
import Sandbox

/// A command that does one thing to one server of the sandbox.
protocol SandboxNodeCommand: ChangingCommand {
    static var done: String { get }
    /// The state that it brings about.
    static var goal: ServerState { get }
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
        let isSo = sandbox.state(of: node) == Self.goal
        let unchanged = "unchanged: \(node.name) is \(Self.goal.rawValue)"
        let item = Proposal.Item(
            .action(isSo ? unchanged : "\(Self.done): \(node.name)") {
                // Also a server that has the state already: an interrupted freeze or thaw has left out some processes.
                try await act(on: node, of: sandbox)
                return Outcome(text: [isSo ? unchanged : "\(node.name) \(Self.done)"], changed: !isSo)
            })
        return Proposal([item], concernsNodes: false)
    }
}
