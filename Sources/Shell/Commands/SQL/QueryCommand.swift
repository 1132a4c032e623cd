import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct QueryCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "query", group: .sql, "Read the same from each data node, and show the rows with their node",
        options: [
            OptionSyntax("--on", "NODES", .nodes, "Which nodes (all)"),
            OptionSyntax("--parallel", "N", .integer(1...1000), "How many nodes at once (64)"),
        ], text: "SQL",
        details: """
            Each node is asked by a direct connection of tscl's own, in a transaction that is read-only. A node that fails \
            is named, the rows of the others are shown, and the status is 4.
            """,
        examples: ["query SELECT count(*) FROM pg_prepared_xacts", "query --on 'dn*' SHOW max_prepared_transactions"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sql = try session.statement(arguments)
        let nodes = try await session.nodes(of: arguments)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let parallel = arguments.integer("--parallel") ?? 64
        let answers = await session.onEach(nodes, parallel: parallel) { node throws(Failure) in
            try await session.read(sql, on: node)
        }
        return try Self.outcome(answers)
    }

    private static func outcome(
        _ answers: [(node: DataNode, answer: Result<QueryResult, Failure>, milliseconds: Double)]
    ) throws(Failure) -> Outcome {
        var outcome = Outcome()
        var columns: [Table.Column] = []
        var rows: [[Value]] = []
        var failures: [Failure] = []
        for (node, answer, milliseconds) in answers {
            switch answer {
            case .success(let result):
                let table = Table(result)
                if columns.isEmpty { columns = [.init("node")] + table.columns }
                rows += table.rows.map { [.text(node.name)] + $0 }
                outcome.nodes.append(NodeOutcome(node.name, ok: true, milliseconds: milliseconds))
            case .failure(let failure):
                failures.append(failure)
                outcome.nodes.append(
                    NodeOutcome(
                        node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary,
                        milliseconds: milliseconds))
            }
        }
        outcome.table = Table(columns: columns, rows: rows)
        if let first = failures.first {
            if failures.count == answers.count {
                var failure = first
                failure.nodes = answers.count > 1 ? outcome.nodes : []
                failure.parts = outcome.nodes
                throw failure
            }
            outcome.status = .partial
            outcome.failures = failures
        }
        return outcome
    }
}

extension Session {
    /// A statement on one data node, in a transaction that can only read.
    fileprivate func read(_ sql: SQL, on node: DataNode) async throws(Failure) -> QueryResult {
        try await asking(node) { connection throws(Failure) in
            try await send("SET default_transaction_read_only = on", on: connection, node: node.name)
            return try await send(sql, on: connection, node: node.name)
        }
    }
}
