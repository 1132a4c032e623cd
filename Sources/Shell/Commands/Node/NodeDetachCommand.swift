import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Postgres

struct NodeDetachCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let from = Option<[Argument]>(
        "--from", "TABLE", .hypertable, default: "all", check: TableName.problem,
        "The hypertables")
    private static let force = Flag(
        "--force", "Even where new chunks will have too few replicas; never where a chunk has its only copy there")
    private static let noRepartition = Flag("--no-repartition", "Leave the number of partitions as it is")
    private static let dropRemoteData = Flag(
        "--drop-remote-data", "Drop the hypertable on the node (2.8 and later)")
    private static let ifAttached = Flag("--if-attached", "Leave a node that is not attached as it is")

    static let syntax = CommandSyntax(
        "node detach", group: .nodes, "Take data nodes away from distributed hypertables",
        operands: [names],
        options: [from, force, noRepartition, dropRemoteData, ifAttached], changes: true, asks: .always,
        details: """
            'node drain' moves its chunks to other nodes first. TimescaleDB refuses to detach a node that has the only replica of a \
            chunk, with --force too. Chunks with other replicas are then read from these: --force compares them first, as far as the node \
            answers, and refuses where they lack rows. A node that is down is detached all the same, \
            without --drop-remote-data; 'node attach' then tells what to do with what is still on it. What no refresh has brought into \
            continuous aggregates yet, of the chunks that it had, another node notes first.
            """,
        examples: ["node detach dn3 --from metrics", "node detach dn3 --from metrics --force --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// A node that is down can be taken out all the same; only what was to be dropped on it needs it.
    func explained(_ failure: Failure) -> Failure {
        guard arguments[Self.dropRemoteData], failure.isOfUnreachableNode else { return failure }
        var failure = failure
        failure.remedy =
            "leave out --drop-remote-data: the node is detached all the same, and what it holds stays there"
        return failure
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        try await context.refusePromoted(nodes, of: arguments)
        let tables = try arguments[Self.from].map { try TableName($0.text) }
        if tables.isEmpty {
            let attachments = try await context.cluster.send(BlockedNodes.list).records
            try Proposal.refuseOthersTables(
                attachments.map { BlockedNodes.Attachment(row: $0) }, of: nodes, option: "--from")
        }
        let all = try await context.cluster.nodes()
        var proposal = Proposal([], confirm: nodes.map(\.name))
        proposal.warnings = try await context.refuseUnsureCopies(
            beside: nodes, of: tables.isEmpty ? nil : tables, among: all, comparing: arguments[Self.force])
        for node in nodes {
            let handingOver = try await context.handingOver(
                from: node, tables.isEmpty ? nil : tables, leaving: nodes, capabilities)
            let plan = try Nodes.detach(
                node.name, from: tables.isEmpty ? nil : tables, ifAttached: arguments[Self.ifAttached],
                force: arguments[Self.force], repartition: !arguments[Self.noRepartition],
                dropRemoteData: arguments[Self.dropRemoteData], handingOver: handingOver, capabilities)
            var item = Proposal.Item(
                name: node.name, .plan(plan) { Self.outcome(Array($0.dropFirst(handingOver.count)), node.name, tables) }
            )
            item.before = context.waitingForOlderReaders(beside: [node], among: all, isUrgent: false)
            proposal.items.append(item)
        }
        let cluster = context.cluster
        proposal.whenRefused = { failure, name in
            guard let name else { return failure }
            return await EmptyNode.explained(failure, leaving: name, tables, of: arguments, cluster)
        }
        if arguments[Self.dropRemoteData] {
            proposal.changedNodes = nodes
            let alone = await cluster.tablesAloneThere(on: nodes, among: all)
            proposal.warnings += nodes.compactMap { node -> String? in
                let stale = (alone[node.name]?.stale ?? []).filter { chunk in
                    tables.isEmpty || tables.contains { chunk.shape.table.isNamed($0) }
                }
                if stale.isEmpty { return nil }
                return
                    "\(node.name) has rows that may be nowhere else, and they are dropped: \(TablesAlone(stale: stale).shown)"
            }
        }
        return proposal
    }

    /// Each statement returns the number of hypertables that the node was detached from.
    private static func outcome(_ results: [QueryResult], _ node: String, _ tables: [TableName]) -> Outcome {
        func wasDetached(_ index: Int) -> Bool { index >= results.count || results[index].value != "0" }
        if tables.isEmpty {
            return wasDetached(0)
                ? Outcome(text: ["node \(node) detached from all hypertables"], changed: true)
                : Outcome(text: ["unchanged: node \(node) is attached to no hypertable"])
        }
        let detached = tables.indices.filter(wasDetached).map { tables[$0] }
        let others = tables.filter { !detached.contains($0) }
        return Outcome(
            text: (others.isEmpty ? [] : ["unchanged: node \(node) is not attached to \(others.names)"])
                + (detached.isEmpty ? [] : ["node \(node) detached from \(detached.names)"]),
            changed: !detached.isEmpty)
    }
}
