import ClusterAccess
import CommandLanguage
import MultiNode

struct EverywhereCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "everywhere", group: .sql, "Run one statement on the access node and all data nodes, in one transaction",
        text: "SQL", changes: true,
        details: """
            The statement runs on the access node and by distributed_exec on each data node: on all or on none. It is for \
            what TimescaleDB leaves to each server: schemas, functions, types, extensions, privileges on schemas. What \
            concerns a distributed hypertable it sends to the nodes by itself, and so does all that reads and writes \
            rows; that is refused here but for comments and statistics, which it leaves on the access node, and so are roles, which 'role create --everywhere' and its like know better. No \
            rows come back.
            """,
        examples: ["everywhere CREATE SCHEMA app", "everywhere $$ GRANT USAGE ON SCHEMA app TO reader $$"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Its SQL decides, when it is sent.
    var keepsLinks: Bool { true }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.text.flatMap { DistributedExecLint.refusalInTransaction($0.sketch) }
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sql = try SQL(arguments)
        try check(sql)
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await context.cluster.knownNodes()
        guard !nodes.isEmpty else { throw Failure.noNodes }
        try refuseForwarded(sql, try await context.cluster.hypertables())
        let statements = [sql] + DistributedExec.run(sql, capabilities).statements
        let plan = Plan([.transaction(statements)])
        var proposal = Proposal([
            .init(plan, done: "done on the access node and \(nodes.count.counted("data node"))")
        ])
        proposal.changedNodes = nodes
        return proposal
    }

    func explained(_ failure: Failure) -> Failure { failure.pointing(into: arguments) }

    /// Refuses what can't be told from one server to the others, whatever they hold.
    private func check(_ sql: SQL) throws(Diagnostic) {
        do throws(DistributedExecLint.UnsafeStatement) {
            try DistributedExecLint.check(sql.text)
        } catch {
            let isOfExec = error.help == "use --no-transaction"
            throw arguments.problem(
                error.message,
                help: isOfExec
                    ? "'sql' runs it on the access node, 'exec --no-transaction' on the data nodes" : error.help)
        }
        if DistributedExecLint.changesServer(sql.text) {
            throw arguments.problem(
                "roles belong to a server, and two nodes may be on one",
                help: "'role create', 'role alter', 'role drop' and 'role sync' with --everywhere know that")
        }
        if let verb = DistributedExecLint.opaqueVerb(sql.text) {
            throw arguments.problem(
                "what \(verb) does can't be seen, and what it does to a distributed hypertable would be done twice",
                help: "'sql' runs it on the access node, 'exec' on data nodes")
        }
        if let verb = DistributedExecLint.rowVerb(sql.text) {
            throw arguments.problem(
                "\(verb) goes to the data nodes by itself where its table is distributed",
                help: "'sql' runs it on the access node, 'exec' on data nodes, 'query' reads from them")
        }
    }

    /// Refuses what TimescaleDB sends to the data nodes by itself: there it would be done twice.
    private func refuseForwarded(_ sql: SQL, _ hypertables: [Hypertable]) throws(Diagnostic) {
        if DistributedExecLint.staysOnAccessNode(sql.text) { return }
        let names = DistributedExecLint.names(in: sql.text)
        guard let table = hypertables.first(where: { names.contains($0.table.name) })?.table else { return }
        throw arguments.problem(
            "TimescaleDB sends what concerns \(table.shownName) to its data nodes by itself",
            help: "the statement without 'everywhere' is done there too, or TimescaleDB says why it does not take it")
    }
}
