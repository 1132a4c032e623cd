import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeAlterCommand: ChangingCommand {
    private static let node = Operand<Argument>("NAME", .node)
    private static let host = Option<Argument?>("--host", "HOST", .text, "Its new host")
    private static let port = Option<Int?>("--port", "PORT", 1...65535, "Its new port")
    private static let database = Option<Argument?>("--database", "NAME", .text, "Its new database")

    static let syntax = CommandSyntax(
        "node alter", group: .nodes, "Change where a data node is reached", operands: [node],
        options: [host, port, database],
        constraints: [
            .atLeastOne([host, port, database], message: "node alter needs --host, --port or --database")
        ], changes: true,
        details: """
            What is not named stays as it is. Only where the node is looked for changes, not what is there: the \
            database must be the one that was added. TimescaleDB can do this from 2.9 on.
            """,
        examples: ["node alter dn1 --host 10.0.1.11"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let node = try NodeSelection(arguments, among: try await context.cluster.nodes()).node(arguments[Self.node])
        let address = NodeAddress(
            host: arguments[Self.host]?.text, port: arguments[Self.port], database: arguments[Self.database]?.text)
        if address.differences(from: node).isEmpty {
            return Proposal([], unchanged: ["node \(node.name) is at \(node.host):\(node.port)/\(node.database)"])
        }
        let plan = Nodes.alter(
            node.name, host: address.host, port: address.port, database: address.database, capabilities)
        return Proposal([.init(name: node.name, plan, done: "node \(node.name) altered")])
    }
}
