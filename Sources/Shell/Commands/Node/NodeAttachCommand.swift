import CommandLanguage
import MultiNode
import Rendering

struct NodeAttachCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node attach", group: .nodes, "Let data nodes take chunks of distributed hypertables",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--to", "TABLE", .hypertable, required: true, variadic: true, "The hypertables"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--if-not-attached", "Leave a node that is attached as it is"),
        ], changes: true,
        details: """
            Only chunks that are made from then on can be there; none that exists is moved. The number of partitions \
            grows with the nodes unless --no-repartition. Functions, types and extensions that the table needs must be \
            on the node already: 'exec' makes them. A role that writes to the table needs USAGE of the new node: 'role \
            grant'.
            """,
        examples: ["node attach dn4 --to metrics", "node attach dn{4,5} --to metrics events"])

    let arguments: Arguments
    private let tables: [TableName]
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        tables = try arguments.tables("--to")
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.attach(
                    node.name, to: tables, ifNotAttached: arguments.has("--if-not-attached"),
                    repartition: !arguments.has("--no-repartition"), capabilities)
            }
            let names = tables.map(\.description).joined(separator: ", ")
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) attached to \(names)"))
        }
        return proposal
    }
}
