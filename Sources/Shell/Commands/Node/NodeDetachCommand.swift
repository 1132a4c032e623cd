import CommandLanguage
import MultiNode
import Rendering

struct NodeDetachCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node detach", group: .nodes, "Take data nodes away from distributed hypertables",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--from", "TABLE", .hypertable, variadic: true, "The hypertables (all)"),
            OptionSyntax("--force", "Even where new chunks will have too few replicas; data is never lost by it"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--drop-remote-data", "Drop the hypertable on the node (2.8 and later)"),
            OptionSyntax("--if-attached", "Leave a node that is not attached as it is"),
        ], changes: true, asks: .always,
        details: """
            TimescaleDB refuses to detach a node that has the only replica of a chunk, with --force too: copy or drop \
            these chunks first. Chunks with other replicas are then read from these.
            """,
        examples: ["node detach dn3 --from metrics", "node detach dn3 --from metrics --force --yes"])

    let arguments: Arguments
    private let tables: [TableName]
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        tables = try arguments.tables("--from")
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let nodes = try await session.nodes(arguments.operands("NAMES"), of: arguments)
        var proposal = Proposal([], confirm: nodes.map(\.name))
        for node in nodes {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.detach(
                    node.name, from: tables.isEmpty ? nil : tables, ifAttached: arguments.has("--if-attached"),
                    force: arguments.has("--force"),
                    repartition: !arguments.has("--no-repartition"),
                    dropRemoteData: arguments.has("--drop-remote-data"),
                    capabilities)
            }
            let names = tables.isEmpty ? "all hypertables" : tables.map(\.description).joined(separator: ", ")
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) detached from \(names)"))
        }
        return proposal
    }
}
