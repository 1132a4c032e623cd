import ClusterAccess
import CommandLanguage
import MultiNode

struct MigrateStartCommand: ChangingCommand {
    private static let accept = Option<[Argument]>(
        "--accept", "FINDING", .choice(MigrationFinding.acceptable),
        "Go on although 'migrate plan' warns of it, by name")

    static let syntax = CommandSyntax(
        "migrate start", group: .migration, "Make the empty tables that hypertables are migrated to",
        operands: [MigrationChoice.tables], options: [MigrationChoice.to, accept], changes: true,
        details: """
            The tables are plain hypertables with all that belongs to the distributed ones: columns, constraints, indexes, \
            statistics, triggers, foreign keys, owner, grants, comments, dimensions and settings of compression. Without \
            --to they are beside them, on the access node, as NAME__new until the cut-over; with it on another server, \
            under their names, with the schemas, types and sequences that they need, and the other commands find them \
            there without --to. Nobody reads or writes them yet, and nothing changes for those who use the distributed \
            ones. What 'migrate plan' finds is looked at first: an error forbids it, a warning is to be accepted by \
            --accept. Each table is made in one transaction, and recorded in the schema tscl_migrate there; run again, it \
            says what is there already.
            """,
        examples: [
            "migrate start metrics --dry-run", "migrate start metrics --accept not-valid",
            "migrate start --to 'host=new.example.com dbname=metrics'",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "each table is made in a transaction of its own, on the server that the rows go to"
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let cluster = context.cluster
        let choice = try await MigrationChoice(arguments, context)
        let target = choice.target
        var proposal = Proposal([], unchanged: choice.told, concernsNodes: false)
        if choice.fresh.isEmpty { return proposal }
        let facts = try await cluster.migrationFacts(of: choice.fresh, to: target)
        // Each table is made over a connection of its own.
        await target.close()
        let findings = MigrationCheck(facts).findings
        try refuse(findings)
        let accepted = Set(findings.filter { $0.severity == .warning }.map(\.name.rawValue)).sorted()
        proposal.items = try await preparation(facts, target, cluster)
        for definition in facts.definitions {
            let name = definition.source.shownName
            let table = facts.naming.table(definition.source)
            let migration = Migration(
                cluster: facts.source.distributedID ?? "", sourceID: definition.id, source: definition.source,
                target: table, accepted: accepted, definition: definition.record(try await cluster.capabilities()))
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
        let statements = (facts.hasStore ? [] : MigrationStore.creation) + facts.preparation
        if !statements.isEmpty {
            var item = Proposal.Item(
                Plan([.transaction(statements)]), done: "the schema tscl_migrate has the state of the migrations")
            item.target = target
            items.append(item)
        }
        let begun = try await cluster.migrationTarget()?.conninfo
        if let conninfo = target.conninfo, conninfo != begun {
            // Nothing was migrated to the other, or this one would have been refused.
            let statements =
                (begun == nil ? [] : [MigrationStore.forgetTarget]) + MigrationStore.creation(leadingTo: conninfo)
            items.append(.init(Plan([.transaction(statements)]), done: "the rows go to \(conninfo)"))
        }
        return items
    }

    // MARK: What stands in the way

    private func refuse(_ findings: [MigrationFinding]) throws(Failure) {
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw Failure(
                "this can't be migrated yet\n  " + Self.listed(errors),
                remedy: "mend it, as 'migrate plan' says; or name others")
        }
        let given = Set(arguments[Self.accept].map(\.text))
        let open = findings.filter { $0.severity == .warning && !given.contains($0.name.rawValue) }
        guard !open.isEmpty else { return }
        let names = given.union(open.map(\.name.rawValue)).sorted()
        throw Failure(
            "not all of it comes along\n  " + Self.listed(open), status: .unconfirmed,
            remedy: "mend it, as 'migrate plan' says; or: \(accepting(names))")
    }

    private static func listed(_ findings: [MigrationFinding]) -> String {
        findings.map { MigrationPlanReport.line($0).replacing("\n", with: "\n  ") }.joined(separator: "\n  ")
    }

    /// The same command that accepts these.
    private func accepting(_ names: [String]) -> String {
        var words = ["migrate start"] + arguments[MigrationChoice.tables].map { Quoting.word($0.text) }
        if let to = arguments[MigrationChoice.to] { words += ["--to", Quoting.word(to.text)] }
        return (words + ["--accept"] + names).joined(separator: " ")
    }
}
