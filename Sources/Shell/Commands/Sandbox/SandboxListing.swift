import CommandLanguage
import Rendering
import Sandbox

/// What the sandbox commands share: finding a sandbox, and listing its servers.
enum SandboxListing {
    static let name = Option<Argument?>("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox")
    static let node = Operand<Argument>("NODE", .sandboxNode)

    /// The sandbox that the option names, or else the one that the session is connected to, or else the only one.
    static func find(_ arguments: Arguments, _ context: CommandContext) throws(Failure) -> Sandbox {
        try Sandbox.named(arguments[name]?.text ?? context.target.sandbox?.name)
    }

    static func node(_ arguments: Arguments, of sandbox: Sandbox) throws(Diagnostic) -> Node {
        let argument = arguments[node]
        let name = argument.text
        if let node = sandbox.nodes.first(where: { $0.name == name }) { return node }
        let names = sandbox.nodes.map(\.name)
        let nearest = Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
        throw arguments.problem(
            "the sandbox has no node \(name)", at: argument, help: nearest ?? "it has \(names.joined(separator: ", "))")
    }

    static let columns: [Table.Column] = ["node", "role", .state("state"), .integer("port"), "engine"]

    static func outcome(_ sandbox: Sandbox) -> Outcome {
        let rows = sandbox.status().map { node, state -> [Value] in
            [
                .text(node.name), .text(node.role.rawValue), .text(state.rawValue), .integer(Int64(node.port)),
                .text(sandbox.engine.shownName),
            ]
        }
        var outcome = Outcome(table: Table(columns: columns, rows: rows))
        outcome.notes = [psqlAdvice(sandbox)].compactMap(\.self)
        return outcome
    }

    /// How psql connects to the access node, where that takes more than its address; no secret is in it.
    static func psqlAdvice(_ sandbox: Sandbox) -> String? {
        guard sandbox.authentication != .trust, let accessNode = sandbox.nodes.first else { return nil }
        let conninfo = sandbox.conninfo(for: accessNode)
        return "it wants a \(sandbox.authentication.rawValue); psql connects with: psql \(ShellWord.quoted(conninfo))"
    }
}
