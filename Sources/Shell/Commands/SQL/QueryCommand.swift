import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct QueryCommand: Command {
    private static let on = Option<[Argument]>("--on", "NODES", .nodes, default: "all", "Which nodes")
    private static let parallel = Option<Int>("--parallel", "N", 1...1000, default: 64, "How many nodes at once")

    static let syntax = CommandSyntax(
        "query", group: .sql, "Read the same from each data node, and show the rows with their node",
        options: [on, parallel, SQLCommand.exact], text: "SQL",
        details: """
            Each node is asked by a direct connection of tscl's own, in a transaction that is read-only and rolled back. \
            A node that fails \
            is named, the rows of the others are shown, and the status is 4. The connection is kept for 3 seconds, for \
            what comes next, and tscl makes its session as new with a DISCARD ALL that neither --show-sql nor --log tells \
            of; that leaves what setseed() has set, custom settings that were set, which are '' then and not NULL, and \
            the named connections of dblink.
            """,
        examples: ["query SELECT count(*) FROM pg_prepared_xacts", "query --on 'dn*' SHOW max_prepared_transactions"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let sql = try SQL(arguments)
        let nodes = try await context.nodes(in: arguments[Self.on], of: arguments)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let cluster = context.cluster
        // Rows of several nodes are shown in the order of the nodes, whichever answers first.
        let rows =
            nodes.count == 1
            ? context.rows(of: sql, Self.syntax, arguments, from: nodes[0]) : nil
        let answers = await Self.answers(
            sql, nodes, parallel: arguments[Self.parallel], cluster, rows.map { .rows($0) } ?? .none)
        if !Task.isCancelled, let ending = rows?.ending { return try ending.get() }
        guard let rows, answers.allSatisfy({ $0.error == nil }), var outcome = try rows.outcome() else {
            guard context.settings.format.hasArrays else { return try Self.outcome(answers) }
            return try Self.outcome(await withArrays(answers, cluster), droppingBounds: true)
        }
        outcome.nodes = answers.map { NodeOutcome($0) }
        return outcome
    }

    /// The answers with what their nodes tell of arrays of types that are none of PostgreSQL's own.
    private func withArrays(
        _ answers: [Answer<DataNode, QueryResult>], _ cluster: Cluster
    ) async -> [Answer<DataNode, QueryResult>] {
        let asked = answers.compactMap { answer -> DataNode? in
            let questions = ArrayQuestions(cluster: cluster, node: answer.item)
            return (answer.value.map { questions.unknown($0.columns) } ?? []).isEmpty ? nil : answer.item
        }
        let columns = Dictionary(answers.map { ($0.item.name, $0.value?.columns ?? []) }) { first, _ in first }
        _ = await cluster.onEach(asked, parallel: arguments[Self.parallel]) { node throws(ClusterError) in
            let questions = ArrayQuestions(cluster: cluster, node: node)
            await questions.ask(questions.unknown(columns[node.name] ?? []), isEnded: true)
        }
        return answers.map { answer in
            answer.map { result in
                var result = result
                result.columns = ArrayQuestions(cluster: cluster, node: answer.item).known(result.columns)
                return result
            }
        }
    }

    /// What each of several nodes answers.
    static func answers(
        _ sql: SQL, _ nodes: [DataNode], parallel: Int, _ cluster: Cluster, _ transfer: StatementTransfer = .none
    ) async -> [Answer<DataNode, QueryResult>] {
        await cluster.onEach(nodes, parallel: parallel) { node throws(ClusterError) in
            try await cluster.asking(node, keeping: cluster.connection.kept, resets: true) {
                link throws(ClusterError) in
                try await Self.read(sql, from: node.name, over: link, cluster, transfer)
            }
        }
    }

    /// Within a transaction a block of PL/pgSQL can't commit, and so can't begin another one that writes.
    private static func read(
        _ sql: SQL, from node: String, over link: any Link, _ cluster: Cluster, _ transfer: StatementTransfer
    ) async throws(ClusterError) -> QueryResult {
        let result = try await cluster.send(sql, behind: "BEGIN READ ONLY", on: link, node: node, transfer)
        // COMMIT AND CHAIN leaves a transaction open.
        guard await link.transactionStatus == .inTransaction, !["COMMIT", "ROLLBACK"].contains(result.commandTag) else {
            throw ClusterError(
                "the statement ends the read-only transaction that it is sent in", node: node,
                remedy: "query reads; 'exec' changes data nodes")
        }
        try await cluster.send("ROLLBACK", on: link, node: node)
        return result
    }

    private static func outcome(
        _ answers: [Answer<DataNode, QueryResult>], droppingBounds: Bool = false
    ) throws(Failure) -> Outcome {
        var outcome = Outcome(nodes: answers.map { NodeOutcome($0) })
        var columns: [Table.Column] = []
        var rows: [[Value]] = []
        for answer in answers {
            guard let table = answer.value.map({ Table($0, droppingBounds: droppingBounds) }) else { continue }
            if columns.isEmpty { columns = [.init("node")] + table.columns }
            rows += table.rows.map { [.text(answer.item.name)] + $0 }
        }
        var table = Table(columns: columns, rows: rows)
        table.marksNull = true
        outcome.table = table
        let failures = answers.compactMap(\.error).map { Failure($0) }
        guard let first = failures.first else { return outcome }
        if failures.count == answers.count {
            var failure = first
            failure.nodes = answers.count > 1 ? outcome.nodes : []
            failure.parts = outcome.nodes
            throw failure
        }
        outcome.status = .partial
        outcome.failures = failures
        return outcome
    }
}
