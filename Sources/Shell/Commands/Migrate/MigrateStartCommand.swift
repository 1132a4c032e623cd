import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct MigrateStartCommand: ChangingCommand {
    private static let accept = Option<[Argument]>(
        "--accept", "FINDING", .choice(MigrationFinding.acceptable),
        "Go on although 'migrate plan' warns of it, by name")

    static let syntax = CommandSyntax(
        "migrate start", group: .migration, "Make the empty tables that hypertables are migrated to",
        operands: [MigrationChoice.tables],
        options: [
            MigrationChoice.to, MigrationChoice.promote, accept, MigrateCutoverCommand.maxPause,
            MigrateCutoverCommand.lockTimeout, CommonOptions.progress,
        ],
        constraints: [
            .exclusive([MigrationChoice.promote, MigrationChoice.to]),
            // Otherwise nobody waits yet: the cut-over takes them.
            .requires(MigrateCutoverCommand.maxPause, MigrationChoice.promote),
            .requires(MigrateCutoverCommand.lockTimeout, MigrationChoice.promote),
            .requires(CommonOptions.progress, MigrationChoice.promote),
        ],
        changes: true,
        details: """
            The tables are plain hypertables with all that belongs to the distributed ones: columns, constraints, indexes, \
            statistics, triggers, foreign keys, owner, grants, comments, dimensions and settings of compression. Without \
            --to they are beside them, on the access node, as NAME__new until the cut-over; with it on another server, \
            under their names, with the schemas, types and sequences that they need, and the other commands find them \
            there without --to. Nobody reads or writes them yet, and nothing changes for those who use the distributed \
            ones. What 'migrate plan' finds is looked at first: an error forbids it, a warning is to be accepted by \
            --accept. Each table is made in one transaction, and recorded in the schema tscl_migrate there; run again, it \
            says what is there already.

            With --promote a data node that has every chunk becomes a server of its own, with all hypertables, and \
            nothing is copied: the copies of each chunk are compared row for row; then those that write wait, the access \
            node lets nobody write any more and lets go of the node, and the node leaves the cluster, with the sequences, \
            defaults and policies of the tables. That replaces 'migrate copy' and 'migrate cutover'. Killed anywhere, the \
            same command goes on; 'migrate undo all' takes it back until the node is written to. It asks for the node's \
            name to be typed again; where there is no terminal it wants --yes.
            """,
        examples: [
            "migrate start metrics --dry-run", "migrate start metrics --accept not-valid",
            "migrate start --to 'host=new.example.com dbname=metrics'", "migrate start --promote dn1 --max-pause 5s",
        ])

    /// Those of a promotion; else it tells what it did, and returns no rows.
    static let columns: [Table.Column] = ["node", .number("pause_ms")]

    private var accepted: Set<String> { Set(arguments[Self.accept].map(\.text)) }

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "each table is made in a transaction of its own, on the server that the rows go to"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        guard let node = arguments[MigrationChoice.promote] else {
            if let record = try await context.promotion() {
                throw Failure(
                    "\(record.node) is being promoted, or is on its own: the cluster leaves by one way at a time",
                    remedy: "migrate status")
            }
            try await context.refuseInWrittenTransaction(arguments.invocation)
            if context.settings.dryRun { return try await carryOut(context) }
            return try await context.beginning { try await carryOut(context) }
        }
        try await context.refuseInWrittenTransaction(arguments.invocation)
        let limits = CutoverLimits(
            maxPause: arguments[MigrateCutoverCommand.maxPause],
            lockTimeout: arguments[MigrateCutoverCommand.lockTimeout])
        return try await context.promote(node, accepting: accepted, limits, of: arguments)
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let cluster = context.cluster
        let choice = try await MigrationChoice(arguments, context)
        let target = choice.target
        var proposal = Proposal([], unchanged: choice.told, concernsNodes: false)
        if choice.fresh.isEmpty { return proposal }
        let facts = try await context.migrationFacts(of: choice.fresh, to: target)
        // Each table is made over a connection of its own.
        await target.close()
        let findings = MigrationCheck(facts).findings
        try MigrationRefusal(arguments, accepted).refuse(findings)
        let taken = Set(findings.filter { $0.severity == .warning }.map(\.name.rawValue)).sorted()
        proposal.items = try await preparation(facts, target, cluster)
        for definition in facts.definitions {
            let name = definition.source.shownName
            let table = facts.naming.table(definition.source)
            let migration = Migration(
                cluster: facts.source.distributedID ?? "", sourceID: definition.id, source: definition.source,
                target: table, accepted: taken, definition: definition.record(try await cluster.capabilities()))
            let statements =
                facts.statements(for: definition) + [migration.begin(renames: definition.renames(facts.naming))]
            var item = Proposal.Item(
                name: name, Plan([.transaction(statements)]),
                done: "\(table.shownName) is there, empty; next: migrate copy \(Quoting.word(name))")
            item.target = target
            proposal.items.append(item)
        }
        return proposal
    }

    /// Where the state of migrations stands, and what the tables need besides; only what is not there yet.
    private func preparation(
        _ facts: MigrationFacts, _ target: MigrationTarget, _ cluster: Cluster
    ) async throws -> [Proposal.Item] {
        var items: [Proposal.Item] = []
        let renewal = facts.hasOlderStore ? [ChunkCopySQL.lockTimeout(.seconds(3))] + MigrationStore.renewal : []
        let statements = (facts.hasStore ? renewal : MigrationStore.creation) + facts.preparation
        if !statements.isEmpty {
            var item = Proposal.Item(
                Plan([.transaction(statements)]), done: "the schema tscl_migrate has the state of the migrations")
            item.target = target
            items.append(item)
        }
        let begun = try await cluster.migrationTarget()?.conninfo
        // Where nothing is there yet, somebody may be about to forget the way.
        if let conninfo = target.conninfo, conninfo != begun || !facts.hasStore {
            // Nothing was migrated to the other, or this one would have been refused.
            let statements =
                (begun == nil || begun == conninfo ? [] : [MigrationStore.forgetTarget])
                + MigrationStore.creation(leadingTo: conninfo)
            items.append(.init(Plan([.transaction(statements)]), done: "the rows go to \(conninfo)"))
        }
        // Killed between the two, an undo finds the way to the other server.
        return items.reversed()
    }
}
