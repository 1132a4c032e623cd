import CommandLanguage
import MultiNode
import Rendering

struct NodeBlockCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node block", group: .nodes, "Let data nodes take no new chunks",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--for", "TABLE", .hypertable, "Only of this hypertable"),
            OptionSyntax("--force", "Even where new chunks will have too few replicas"),
        ], changes: true,
        details: """
            What is on the node stays there and is read as before. It is the first step of emptying a node, and of \
            letting a full one be.
            """,
        examples: ["node block dn3", "node block dn3 --for metrics"])

    let arguments: Arguments
    private let table: TableName?
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        table = try arguments.tables("--for").first
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let plan = Nodes.block(node.name, for: table, force: arguments.has("--force"), capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) takes no new chunks"))
        }
        return proposal
    }
}
