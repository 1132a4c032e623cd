import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct ExecCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax(
        "exec", "Run one statement on data nodes through the access node",
        options: [
            OptionSyntax("--on", "NODES", .nodes, "Which nodes (all)"),
            OptionSyntax("--no-transaction", "Outside a transaction, for what can't run in one: each node by itself"),
        ], text: "SQL", changes: true,
        details: """
            It is distributed_exec: no rows come back, and the access node itself is not touched. The statement is one distributed transaction: \
            when one node refuses it happens on none. What would end that transaction from within (COMMIT, ROLLBACK, \
            PREPARE TRANSACTION, several statements) is refused before it is sent.
            """,
        examples: ["exec CREATE SCHEMA app", "exec --on dn1,dn2 $$ GRANT CREATE ON SCHEMA public TO app $$"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option("--no-transaction").map { _ in "--no-transaction can't be in one" }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let sql = try session.statement(arguments)
        let isTransactional = !arguments.has("--no-transaction")
        do throws(MultiNodeError) {
            try DistributedExecLint.check(sql.text, transactional: isTransactional)
        } catch {
            throw Failure(arguments.problem(error.message, help: error.help))
        }
        let capabilities = try await session.cluster().capabilities
        let nodes = try await session.nodes(of: arguments)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let named = arguments.has("--on") ? nodes.map(\.name) : nil
        let plan = try session.plan { () throws(MultiNodeError) in
            try DistributedExec.run(sql, on: named, transactional: isTransactional, capabilities)
        }
        let count = nodes.count == 1 ? "1 node" : "\(nodes.count) nodes"
        var proposal = Proposal([.init(plan, done: "done on \(count)")])
        if !isTransactional {
            // TimescaleDB passes the cancellation on to the data nodes in a transaction only.
            proposal.whenInterrupted =
                "it may still run on data nodes: 'query SELECT pid, query FROM pg_stat_activity' shows it there, and "
                + "'query SELECT pg_cancel_backend(PID)' ends it"
        }
        return proposal
    }
}

extension Failure {
    static let noNodes = Failure("there are no data nodes", remedy: "'node add' adds them")
}

struct QueryCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "query", "Read the same from each data node, and show the rows with their node",
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
        let connection = try await open(node)
        try await send("SET default_transaction_read_only = on", on: connection, node: node.name)
        do throws(Failure) {
            let result = try await send(sql, on: connection, node: node.name)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}
