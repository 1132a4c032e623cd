import ClusterAccess
import CommandLanguage
import MultiNode

struct ExecCommand: ChangingCommand {
    private static let on = Option<[Argument]>("--on", "NODES", .nodes, default: "all", "Which nodes")
    private static let noTransaction = Flag(
        "--no-transaction", "Outside a transaction, for what can't run in one: each node by itself")

    static let syntax = CommandSyntax(
        "exec", group: .sql, "Run one statement on data nodes through the access node",
        options: [on, noTransaction], text: "SQL", changes: true,
        details: """
            It is distributed_exec: no rows come back, and the access node itself is not touched. The statement is one distributed transaction: \
            when one node refuses it happens on none. What would end that transaction from within (COMMIT, ROLLBACK, \
            PREPARE TRANSACTION, several statements) is refused before it is sent. With --no-transaction each node does it \
            by itself, side by side: when some fail, those that have done it are named, with the command for the others, \
            and the status is 4. Where it was not answered in time, or interrupted, it may go on, and no command \
            for the rest names that node.
            """,
        examples: ["exec CREATE SCHEMA app", "exec --on dn1,dn2 $$ GRANT CREATE ON SCHEMA public TO app $$"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Its SQL decides, when it is sent.
    var keepsLinks: Bool { true }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option(noTransaction).map { _ in "--no-transaction can't be in one" }
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sql = try SQL(arguments)
        let isTransactional = !arguments[Self.noTransaction]
        do throws(DistributedExecLint.UnsafeStatement) {
            try DistributedExecLint.check(sql.text, transactional: isTransactional)
        } catch {
            throw arguments.problem(error.message, help: error.help)
        }
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await context.nodes(in: arguments[Self.on], of: arguments)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        guard isTransactional else { return byThemselves(nodes, sql, capabilities) }
        if isTransactional, nodes.count > 1, DistributedExecLint.changesServer(sql.text) {
            try await refuseSharedServers(nodes, context)
        }
        let named = arguments.has(Self.on) ? nodes.map(\.name) : nil
        let plan = DistributedExec.run(sql, on: named, capabilities)
        var proposal = Proposal([.init(plan, done: "done on \(nodes.count.counted("node"))")])
        proposal.changedNodes = nodes
        return proposal
    }

    /// Each node does it by itself, in a call of its own: of one call for all of them, nobody could tell which have done it.
    private func byThemselves(_ nodes: [DataNode], _ sql: SQL, _ capabilities: Capabilities) -> Proposal {
        var proposal = Proposal(
            nodes.map { node in
                let plan = DistributedExec.run(sql, on: [node.name], transactional: false, capabilities)
                return .init(name: node.name, plan, done: "done on \(node.name)")
            })
        proposal.isSideBySide = true
        proposal.changedNodes = nodes
        // Where a node is not reached without a transaction, the next such call in the session crashes the access node
        // (seen on 2.13.1, each time). It also does nothing rather than a part of what was asked for.
        proposal.needsAllNodes = true
        // TimescaleDB forwards a cancellation to the data nodes only in a transaction.
        proposal.whenInterrupted =
            "it may still run on data nodes: 'query SELECT pid, query FROM pg_stat_activity' shows it there, and "
            + "'query SELECT pg_cancel_backend(PID)' ends it; run it again only where it has done nothing"
        proposal.whenRefused = { failure, _ in
            failure.status == .interrupted || failure.isTimedOut || failure.mayHaveChanged ? failure.inDoubt() : failure
        }
        return proposal
    }

    func rest(of names: [String]) -> String? {
        guard let text = arguments.invocation.text else { return nil }
        // As it was written, so that its variables stay what they are.
        let written = arguments.invocation.source.text(text.span)
        let nodes = names.map { Quoting.word($0) }.joined(separator: ",")
        return "exec --no-transaction --on \(nodes) \(written)"
    }

    /// In one transaction two nodes on one server would each wait for what the other does to its roles, for ever: neither
    /// server nor access node finds that out.
    private func refuseSharedServers(_ nodes: [DataNode], _ context: CommandContext) async throws {
        let cluster = context.cluster
        let servers = await cluster.probe(nodes, keeping: cluster.connection.kept).map { ($0.node, $0.server) }
        let choice = ServerChoice(await cluster.completing(servers))
        guard let sharing = choice.shared.first else { return }
        throw arguments.problem(
            "\(sharing.node) is on the server of \(sharing.other), and each would wait for the other for ever",
            help:
                "--on \(choice.nodes.map { Quoting.word($0.name) }.joined(separator: ",")) names one node of each server"
        )
    }
}
