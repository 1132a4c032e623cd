import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeAttachCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let to = Option<[Argument]>(
        "--to", "TABLE", .hypertable, required: true, check: TableName.problem,
        "The hypertables")
    private static let noRepartition = Flag("--no-repartition", "Leave the number of partitions as it is")
    private static let ifNotAttached = Flag("--if-not-attached", "Leave a node that is attached as it is")

    static let syntax = CommandSyntax(
        "node attach", group: .nodes, "Let data nodes take chunks of distributed hypertables",
        operands: [names],
        options: [to, noRepartition, ifNotAttached], changes: true,
        details: """
            Only chunks that are made from then on can be there; none that exists is moved. The number of partitions \
            grows with the nodes unless --no-repartition. Functions, types and extensions that the table needs and its schema must \
            be on the node already: 'exec' makes them. A role that writes to the table needs USAGE of the new node: 'role \
            grant'.
            """,
        examples: ["node attach dn4 --to metrics", "node attach dn{4,5} --to metrics events"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let tables = try arguments[Self.to].map { try TableName($0.text) }
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        let ifNotAttached = arguments[Self.ifNotAttached]
        let hypertables = ifNotAttached ? try await context.cluster.hypertables() : []
        // The emulator has no hypertables on its data nodes.
        let aggregated =
            capabilities.isEmulated
            ? []
            : try await context.cluster.send(AggregateTrigger.tables).records.map { TableWithAggregates(row: $0) }
        var proposal = Proposal([])
        for node in nodes {
            let (attached, others) = tables.split { table in
                hypertables.contains { $0.table.isNamed(table) && $0.nodes.contains(node.name) }
            }
            let wrong = await Self.wrong(
                aggregated.filter { table in attached.contains { table.table.isNamed($0) } }, node, context.cluster)
            if !wrong.isEmpty {
                let plan = AggregateTrigger.mending(wrong, on: node.name, capabilities)
                let names = wrong.map(\.table).names
                proposal.items.append(
                    .init(
                        name: node.name, plan,
                        done: "node \(node.name) notes what the continuous aggregates of \(names) are to take in"))
            } else if !attached.isEmpty {
                proposal.unchanged.append("node \(node.name) is attached to \(attached.names)")
            }
            if others.isEmpty { continue }
            let plan = try Nodes.attach(
                node.name, to: others, ifNotAttached: ifNotAttached,
                repartition: !arguments[Self.noRepartition],
                aggregated: aggregated.filter { table in others.contains { table.table.isNamed($0) } }, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) attached to \(others.names)"))
        }
        proposal.changedNodes = nodes
        proposal.whenRefused = { failure, _ in await Self.looking(at: failure, tables, context.cluster) }
        return proposal
    }

    /// Those that a node which has them can't be written to, or notes for another table; none where it does not answer, as it
    /// is attached all the same, and 'check' finds them.
    private static func wrong(
        _ tables: [TableWithAggregates], _ node: DataNode, _ cluster: Cluster
    ) async -> [TableWithAggregates] {
        if tables.isEmpty { return [] }
        let question = cluster.limitedForQuestion()
        let found = try? await question.asking(node) { link throws(ClusterError) in
            try await question.send(AggregateTrigger.wrong, on: link, node: node.name, timeout: .seconds(5)).records
        }
        guard let found else { return [] }
        return tables.filter { table in
            found.contains { $0["schema"] == table.table.schema && $0["name"] == table.table.name }
        }
    }

    /// Looks at the table that is in the way on a node (42P07), so that nobody drops rows that are nowhere else.
    private static func looking(at failure: Failure, _ tables: [TableName], _ cluster: Cluster) async -> Failure {
        guard failure.sqlstate == "42P07", let name = failure.node,
            let node = try? await cluster.nodes().first(where: { $0.name == name })
        else { return failure }
        // Each language has quotation marks of its own.
        let wrong = tables.count == 1 ? tables.first : tables.first { failure.message.contains($0.name) }
        let known = (try? await cluster.hypertables())?.map(\.table) ?? []
        guard let wrong,
            let table = known.first(where: { $0.isNamed(wrong) })
                ?? known.first(where: {
                    wrong.schema == nil && $0.name == wrong.name
                })
        else { return failure }
        var failure = failure
        do {
            let answer = try await cluster.asking(node) { link throws(ClusterError) in
                let row = try await cluster.send(TableInTheWay.query(table), on: link, node: name, timeout: .seconds(5))
                    .records.first
                guard row?["present"] == "t" else { return TableInTheWay?.none }
                let rows = try? await cluster.send(
                    TableInTheWay.rows(table), on: link, node: name, timeout: .seconds(5)
                ).value
                return TableInTheWay(table, on: name, row: row, hasRows: rows.map { $0 != "f" })
            }
            failure.remedy = answer?.remedy ?? failure.remedy
        } catch {
            failure.remedy = TableInTheWay(table, on: name, row: nil, hasRows: nil).remedy
        }
        return failure
    }
}
