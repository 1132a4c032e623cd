import CommandLanguage
import MultiNode
import Rendering

struct NodeAlterCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "node alter", group: .nodes, "Change where a data node is reached", operands: [OperandSyntax("NAME", .node)],
        options: [
            OptionSyntax("--host", "HOST", .text, "Its new host"),
            OptionSyntax("--port", "PORT", .integer(1...65535), "Its new port"),
            OptionSyntax("--database", "NAME", .text, "Its new database"),
        ], changes: true,
        details: """
            What is not named stays as it is. Only where the node is looked for changes, not what is there: the \
            database must be the one that was added. TimescaleDB can do this from 2.9 on.
            """,
        examples: ["node alter dn1 --host 10.0.1.11"])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        guard arguments.has("--host") || arguments.has("--port") || arguments.has("--database") else {
            throw arguments.problem("node alter needs --host, --port or --database")
        }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let nodes = try await session.nodes(arguments.operands("NAME"), of: arguments)
        guard nodes.count == 1 else {
            throw Failure(arguments.problem("node alter takes one node; this selects \(nodes.count)"))
        }
        let plan = Nodes.alter(
            nodes[0].name, host: arguments.value("--host")?.text, port: arguments.integer("--port"),
            database: arguments.value("--database")?.text, capabilities)
        return Proposal([.init(name: nodes[0].name, plan, done: "node \(nodes[0].name) altered")])
    }
}
