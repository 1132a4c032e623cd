import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeDeleteCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let force = Flag(
        "--force", "Even where new chunks will have too few replicas; data is never lost by it")
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
            stays as it is, unless --drop-database. TimescaleDB refuses where it has the only replica of a chunk, with \
            --force too: 'node drain' moves these chunks to other nodes first. A database that stays can't be added again \
            until it is dropped, or dist_uuid is deleted from its _timescaledb_catalog.metadata. --drop-database needs the node to answer, and can't be in \
            a transaction; a node that is down is deleted without it.
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

    /// The mappings go before the database, because that is dropped in no transaction; and the access node would need the
    /// one of this role to get in and drop it.
    private func refuseWhereItGoesByMapping(
        _ nodes: [DataNode], _ mappings: UserMappings, as user: String
    ) throws(Failure) {
        guard let entry = nodes.compactMap({ mappings.effective(for: user, on: $0.name) }).first else { return }
        let (node, role) = (Quoting.word(entry.node), Quoting.word(entry.role ?? "public"))
        throw Failure(
            "the access node goes to \(entry.node) by \(RolePassword.told([entry])), which can't outlast the database there",
            remedy:
                "'role unmap \(role) --on \(node)' first, where \(user) gets in without it; else 'node delete \(node)', and "
                + "then drop the database on its server")
    }

    /// What is gone of the mappings of a node that is still there.
    private func lookingForMappings(
        _ mappings: UserMappings, of node: String?, after failure: Failure, in cluster: Cluster
    ) async -> Failure {
        let before = mappings.entries.filter { $0.node == node }
        guard !before.isEmpty, let now = try? await cluster.userMappings() else { return failure }
        let gone = before.filter { now.entry(of: $0.role, on: $0.node) == nil }
        guard !gone.isEmpty else { return failure }
        var failure = failure
        failure.done.append("removed: \(RolePassword.told(gone))")
        failure.mayHaveChanged = true
        if failure.status == .failed { failure.status = .partial }
        return failure
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let all = try await context.cluster.nodes()
        var proposal = Proposal([])
        var wanted = arguments[Self.names]
        if arguments[Self.ifExists] {
            let missing = wanted.filter { argument in
                GlobPattern.plainText(argument.pattern).map { name in !all.contains { $0.name == name } } ?? false
            }
            proposal.unchanged = missing.map { "there is no node \($0.text)" }
            wanted.removeAll { missing.contains($0) }
        }
        let nodes = try NodeSelection(arguments, among: all).nodes(wanted)
        let mappings = nodes.isEmpty ? UserMappings() : try await context.cluster.userMappings()
        proposal.confirm = nodes.map(\.name)
        if arguments[Self.dropDatabase] {
            try refuseWhereItGoesByMapping(nodes, mappings, as: capabilities.user)
            proposal.changedNodes = nodes
            let cluster = context.cluster
            proposal.whenRefused = { failure, name in
                let failure = await lookingForMappings(mappings, of: name, after: failure, in: cluster)
                return await lookingForDatabase(of: nodes.first { $0.name == name }, after: failure, in: cluster)
            }
        }
        for node in nodes {
            let mapped = mappings.entries.filter { $0.node == node.name }
            let plan = try Nodes.delete(
                node.name, ifExists: arguments[Self.ifExists], force: arguments[Self.force],
                repartition: !arguments[Self.noRepartition], dropDatabase: arguments[Self.dropDatabase],
                mappings: mappings.removal(from: node.name), capabilities)
            let done = mapped.isEmpty ? "" : ", with \(RolePassword.told(mapped))"
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) deleted\(done)"))
        }
        return proposal
    }
}
