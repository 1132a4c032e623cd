import ClusterAccess
import CommandLanguage
import MultiNode
import Operations

struct MigrateFinishCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES|all", .hypertable, keywords: ["all"])
    private static let dropOld = Flag("--drop-old", "Drop the old tables with their rows: there is no way back then")

    static let syntax = CommandSyntax(
        "migrate finish", group: .migration, "Drop the old tables of migrations that are cut over",
        operands: [tables], options: [dropOld], changes: true, asks: .always,
        details: """
            It wants a 'migrate verify' that passed after the cut-over, and --drop-old: --yes alone is not enough. The old \
            continuous aggregates and materialized views go, then the old table on all nodes, in one transaction and \
            never with CASCADE: where something else depends on it, nothing is dropped, and it is told. Then the \
            migration is forgotten, and the schema tscl_migrate goes with the last. No data node is deleted.
            """,
        examples: ["migrate finish metrics --drop-old", "migrate finish all --drop-old --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? { "it is a transaction of its own" }

    func run(_ context: CommandContext) async throws -> Outcome {
        try await context.onMigrations(arguments[Self.tables], of: arguments) { chosen, target in
            let limits = CutoverLimits(maxPause: .seconds(86_400), lockTimeout: .seconds(5))
            var sites: [Int: ClusterCutover] = [:]
            for migration in chosen {
                let site = try await context.site(of: migration, target, limits)
                sites[migration.sourceID] = site
                try await check(migration, MigrationFinish(site))
            }
            if context.settings.dryRun {
                var statements: [SQL] = []
                for site in sites.values { statements += try await MigrationFinish(site).drops() }
                return Proposal([Proposal.Item(Plan([.transaction(statements)]), done: "")]).preview(context.output)
            }
            guard arguments[Self.dropOld] else {
                let old = chosen.map(\.aside.shownName).listed
                throw Failure(
                    "\(old) would be dropped with all rows", status: .unconfirmed,
                    remedy:
                        "'migrate finish \(chosen.map { Quoting.word($0.source.shownName) }.joined(separator: " ")) --drop-old'"
                )
            }
            try await Confirmation(context.settings).confirm(chosen.map(\.source.shownName), for: arguments)
            var outcome = try await context.oneByOne(chosen, of: arguments) { migration in
                guard let site = sites[migration.sourceID] else { return .nothing }
                defer { Task { await site.close() } }
                try await MigrationFinish(site).run()
                return Outcome(
                    text: ["\(migration.aside.shownName) is dropped, and \(migration.source.shownName) stands alone"],
                    changed: true)
            }
            if try await context.cluster.endMigrations(on: target) {
                outcome.text.append("no migration is left: the schema tscl_migrate is dropped")
            }
            outcome.text += try await Self.left(context.cluster)
            return outcome
        }
    }

    private func check(_ migration: Migration, _ finish: MigrationFinish) async throws {
        let name = migration.source.shownName
        guard migration.state == .cutOver else {
            throw Failure("\(name) is not cut over", remedy: "'migrate cutover \(Quoting.word(name))' does that")
        }
        guard try await finish.isVerified() else {
            throw Failure(
                "\(name) was not verified since the cut-over",
                remedy: "'migrate verify \(Quoting.word(name))' compares both tables, row for row")
        }
    }

    /// What still is multi-node, and what ends it.
    private static func left(_ cluster: Cluster) async throws(ClusterError) -> [String] {
        let tables = try await cluster.hypertables().map(\.table.shownName)
        guard tables.isEmpty else {
            return ["still distributed: \(tables.listed); 'migrate ready' tells what is left to do"]
        }
        let nodes = try await cluster.nodes().map { Quoting.word($0.name) }
        guard !nodes.isEmpty else { return ["next: migrate ready"] }
        return ["next: node delete \(nodes.joined(separator: " "))", "then: migrate ready"]
    }
}
