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
            there without --to. Where that server has another address by now, --to with the new one tells it: it has to be the \
            same database, by what it has on record of this cluster. Nobody reads or writes them yet, and nothing changes for those who use the distributed \
            ones. What 'migrate plan' finds is looked at first: an error forbids it, a warning is to be accepted by \
            --accept. Each table is made in one transaction, and recorded in the schema tscl_migrate there; run again, it \
            says what is there already.

            With --promote a data node that has every chunk becomes a server of its own, with all hypertables, and \
            nothing is copied: the copies of each chunk are compared row for row; then those that write wait, the access \
            node lets nobody write any more and lets go of the node, and the node leaves the cluster, with the sequences, \
            defaults and policies of the tables. On the access node the tables are called NAME__old then, and whoever asks \
            for NAME there gets an error that tells where it is. That replaces 'migrate copy' and 'migrate cutover'. Killed anywhere, the \
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
            try context.refuseInWrittenTransaction(arguments.invocation)
            func work() async throws -> Outcome {
                try await Self.refusePromotion(context)
                return try await carryOut(context)
            }
            return context.settings.dryRun ? try await work() : try await context.beginning(work)
        }
        try context.refuseInWrittenTransaction(arguments.invocation)
        let limits = CutoverLimits(
            maxPause: arguments[MigrateCutoverCommand.maxPause],
            lockTimeout: arguments[MigrateCutoverCommand.lockTimeout])
        return try await context.promote(node, accepting: accepted, limits, of: arguments)
    }

    private static func refusePromotion(_ context: CommandContext) async throws {
        guard let record = try await context.promotion() else { return }
        throw Failure(
            "\(record.node) is being promoted, or is on its own: the cluster leaves by one way at a time",
            remedy: "migrate status")
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let cluster = context.cluster
        let choice = try await MigrationChoice(arguments, context)
        let target = choice.target
        var proposal = Proposal([], unchanged: choice.told, concernsNodes: false)
        try await refuseGivenBack(choice.begun, target, cluster)
        if choice.fresh.isEmpty {
            proposal.items = try await leading(to: target, cluster, isFirst: false)
            await target.close()
            return proposal
        }
        let facts = try await context.migrationFacts(of: choice.fresh, to: target)
        // Each table is made over a connection of its own.
        await target.close()
        let findings = MigrationCheck(facts).findings
        try MigrationRefusal(arguments, accepted).refuse(findings)
        let taken = Set(findings.filter { $0.severity == .warning }.map(\.name.rawValue)).sorted()
        proposal.items =
            try await leading(to: target, cluster, isFirst: !facts.hasStore) + preparation(facts, target)
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
    private func preparation(_ facts: MigrationFacts, _ target: MigrationTarget) -> [Proposal.Item] {
        let renewal = facts.hasOlderStore ? [ChunkCopySQL.lockTimeout(.seconds(3))] + MigrationStore.renewal : []
        let statements = (facts.hasStore ? renewal : MigrationStore.creation) + facts.preparation
        if statements.isEmpty { return [] }
        var item = Proposal.Item(
            Plan([.transaction(statements)]), done: "the schema tscl_migrate has the state of the migrations")
        item.target = target
        return [item]
    }

    /// Where the rows go, on the access node. It comes first: killed behind it, an undo finds the way to the other server.
    ///
    /// - Parameter isFirst: whether nothing is there yet: then somebody may be about to forget the way.
    private func leading(
        to target: MigrationTarget, _ cluster: Cluster, isFirst: Bool
    ) async throws -> [Proposal.Item] {
        guard let conninfo = target.conninfo else { return [] }
        let begun = try await cluster.migrationTarget()?.conninfo
        guard conninfo != begun || isFirst else { return [] }
        // Nothing was migrated to another, or this one would have been refused, unless it is the same.
        let statements =
            (begun == nil || begun == conninfo ? [] : [MigrationStore.forgetTarget])
            + MigrationStore.creation(leadingTo: conninfo)
        return [.init(Plan([.transaction(statements)]), done: "the rows go to \(conninfo)")]
    }

    /// - Throws: where a table was given back without the target, which has it as cut over.
    private func refuseGivenBack(
        _ begun: [Migration], _ target: MigrationTarget, _ cluster: Cluster
    ) async throws {
        guard !target.isInPlace else { return }
        let names = try await cluster.chunkedTables()
        for migration in begun where migration.state == .cutOver {
            let here = names.first { $0.id == migration.sourceID }?.table
            if here == migration.source { throw ClusterError.isGivenBack(migration) }
        }
    }
}
