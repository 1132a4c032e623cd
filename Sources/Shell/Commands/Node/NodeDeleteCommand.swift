import CommandLanguage
import MultiNode
import Rendering

struct NodeDeleteCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax(
        "node delete", group: .nodes, "Take data nodes out of the cluster",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--force", "Even where new chunks will have too few replicas; data is never lost by it"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--drop-database", "Drop the node's database, with all that is in it (2.6 and later)"),
            OptionSyntax("--if-exists", "Let a node that is not there be"),
        ], changes: true, asks: .always,
        details: """
            It is detached from all hypertables and forgotten by the access node; its database stays as it is, unless \
            --drop-database. TimescaleDB refuses where it has the only replica of a chunk, with --force too: copy or \
            drop these chunks first. A database that stays can't be added again until it is dropped, or dist_uuid is \
            deleted from its _timescaledb_catalog.metadata. --drop-database needs the node to answer, and can't be in \
            a transaction.
            """,
        examples: ["node delete dn3", "node delete dn3 --drop-database --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option("--drop-database").map { _ in "TimescaleDB drops no database in a transaction" }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let all = try await session.dataNodes()
        var proposal = Proposal([])
        var wanted = arguments.operands("NAMES")
        if arguments.has("--if-exists") {
            let missing = wanted.filter { argument in
                GlobPattern.plainText(argument.pattern).map { name in !all.contains { $0.name == name } } ?? false
            }
            proposal.unchanged = missing.map { "there is no node \($0.text)" }
            wanted.removeAll { missing.contains($0) }
        }
        let nodes = try session.select(wanted, from: all, of: arguments)
        proposal.confirm = nodes.map(\.name)
        for node in nodes {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.delete(
                    node.name, ifExists: arguments.has("--if-exists"), force: arguments.has("--force"),
                    repartition: !arguments.has("--no-repartition"), dropDatabase: arguments.has("--drop-database"),
                    capabilities)
            }
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) deleted"))
        }
        return proposal
    }
}
