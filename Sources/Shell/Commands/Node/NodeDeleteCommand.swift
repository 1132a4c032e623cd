import ClusterAccess
import CommandLanguage
import MultiNode
import Operations

struct NodeDeleteCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let force = Flag(
        "--force", "Even where new chunks will have too few replicas; never where a chunk has its only copy there")
    private static let noRepartition = Flag("--no-repartition", "Leave the number of partitions as it is")
    private static let dropDatabase = Flag(
        "--drop-database", "Drop the node's database, with all that is in it (2.6 and later)")
    private static let ifExists = Flag("--if-exists", "Let a node that is not there be")

    static let syntax = CommandSyntax(
        "node delete", group: .nodes, "Take data nodes out of the cluster",
        operands: [names],
        options: [force, noRepartition, dropDatabase, ifExists], changes: true, asks: .always,
        details: """
            It is detached from all hypertables and forgotten by the access node, with its user mappings; its database \
            stays as it is, unless --drop-database. 'node drain' moves its chunks to other nodes first. TimescaleDB refuses where it has \
            the only replica of a chunk, with --force too; and where it has chunks with other replicas, --force compares these first, as \
            far as the node answers, and refuses where they lack rows. A database that stays can't be added again \
            until it is dropped, or dist_uuid is deleted from its _timescaledb_catalog.metadata. --drop-database needs the node to answer, and can't be in \
            a transaction; a node that is down is deleted without it. What no refresh has brought into continuous aggregates yet, \
            of the chunks that it had, another node notes first. The connected role drops the database, without the \
            user mappings of the node, which go first; where the access node gets in by them alone nothing is changed.
            """,
        examples: ["node delete dn3", "node delete dn3 --drop-database --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option(dropDatabase).map { _ in "TimescaleDB drops no database in a transaction" }
    }

    /// A node that is down can be taken out all the same; only what was to be dropped on it needs it.
    func explained(_ failure: Failure) -> Failure {
        guard arguments[Self.dropDatabase], failure.rest == nil, failure.isOfUnreachableNode else { return failure }
        var failure = failure
        failure.remedy = "leave out --drop-database: the node is deleted all the same, and its database stays"
        return failure
    }

    /// What a connection that breaks is told by; one that was not opened has dropped nothing.
    private static let breaks: Set<String?> = ["08000", "08003", "08006"]

    /// A database is dropped at once, and is gone whatever becomes of the rest, for which it must not be dropped again.
    private func lookingForDatabase(
        of node: DataNode?, after failure: Failure, in cluster: Cluster
    ) async -> Failure {
        guard let node else { return failure }
        let options = [Self.force, Self.noRepartition].filter { arguments[$0] }.map { " \($0.syntax.name)" }.joined()
        let withoutDatabase = "node delete \(Quoting.word(node.name))\(options)"
        var failure = failure
        switch await cluster.hasLostDatabase(node) {
        case true?:
            failure.done.append("the database \(node.database) of \(node.name) is gone")
            failure.remedy = "the node itself is still there: it is deleted without --drop-database"
            failure.rest = withoutDatabase
        case nil where failure.isTimedOut || failure.status != .failed || Self.breaks.contains(failure.sqlstate):
            // The order to drop it is on its way, and a server that wakes up obeys it.
            failure.message += ": whether the database \(node.database) of \(node.name) is dropped is not known"
            let advice =
                "when its server answers: where 'node ping \(Quoting.word(node.name))' says that there is no such database, "
                + "'\(withoutDatabase)'; else run it again"
            failure.remedy = failure.remedy.map { "\(advice)\n\($0)" } ?? advice
        case nil, false?: return failure
        }
        if failure.status == .failed { failure.status = .partial }
        failure.mayHaveChanged = true
        return failure
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let all = try await context.cluster.nodes()
        var proposal = Proposal([])
        var wanted = arguments[Self.names]
        if arguments[Self.ifExists] {
            let missing = NodeSelection(arguments, among: all).missing(wanted)
            proposal.unchanged = missing.map { "there is no node \($0.text)" }
            wanted.removeAll { missing.contains($0) }
        }
        let nodes = try NodeSelection(arguments, among: all).nodes(wanted)
        if !nodes.isEmpty {
            try await context.refusePromoted(nodes, of: arguments)
            proposal.warnings = try await context.refuseUnsureCopies(
                beside: nodes, among: all, comparing: arguments[Self.force])
        }
        let mappings = nodes.isEmpty ? UserMappings() : try await context.cluster.userMappings()
        proposal.confirm = nodes.map(\.name)
        let cluster = context.cluster
        proposal.whenRefused = { failure, name in
            guard let name else { return failure }
            return await EmptyNode.explained(failure, leaving: name, of: arguments, cluster)
        }
        if arguments[Self.dropDatabase] {
            try await refuseWhereItNeedsMapping(nodes, mappings, context.cluster)
            proposal.changedNodes = nodes
            let alone = await cluster.tablesAloneThere(on: nodes, among: all)
            proposal.warnings += nodes.compactMap { node -> String? in
                guard let tables = alone[node.name], !tables.all.isEmpty else { return nil }
                return
                    "the database \(node.database) of \(node.name) has rows that may be nowhere else, and goes with them: \(tables.shown)"
            }
            let explained = proposal.whenRefused
            proposal.whenRefused = { failure, name in
                let known = await explained?(failure, name) ?? failure
                let failure = await lookingForMappings(mappings, of: name, after: known, in: cluster)
                return await lookingForDatabase(of: nodes.first { $0.name == name }, after: failure, in: cluster)
            }
        }
        for node in nodes {
            let mapped = mappings.entries.filter { $0.node == node.name }
            let handingOver = try await context.handingOver(from: node, nil, leaving: nodes, capabilities)
            let plan = try Nodes.delete(
                node.name, ifExists: arguments[Self.ifExists], force: arguments[Self.force],
                repartition: !arguments[Self.noRepartition], dropDatabase: arguments[Self.dropDatabase],
                mappings: mappings.removal(from: node.name), handingOver: handingOver, capabilities)
            let gone =
                (arguments[Self.dropDatabase] ? ["its database \(node.database)"] : [])
                + (mapped.isEmpty ? [] : [RolePassword.told(mapped)])
            let done = gone.isEmpty ? "" : ", with \(gone.joined(separator: " and "))"
            var item = Proposal.Item(name: node.name, plan, done: "node \(node.name) deleted\(done)")
            item.before = context.waitingForOlderReaders(beside: [node], among: all, isUrgent: false)
            proposal.items.append(item)
        }
        return proposal
    }
}
