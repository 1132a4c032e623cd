import CommandLanguage
import MultiNode
import Rendering

struct NodeAllowCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node allow", group: .nodes, "Let data nodes take new chunks again",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore, offering: .blockedNodes)],
        options: [OptionSyntax("--for", "TABLE", .hypertable, "Only of this hypertable")], changes: true,
        details: "It takes back what 'node block' did.", examples: ["node allow dn3", "node allow 'dn*' --for metrics"])

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
            let plan = Nodes.allow(node.name, for: table, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) takes new chunks"))
        }
        return proposal
    }
}
