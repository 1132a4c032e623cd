import ClusterAccess
import CommandLanguage
import MultiNode

struct MigrateStartCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "migrate start", group: .migration, "Make the empty tables that hypertables are migrated to",
        operands: [MigrationChoice.tables], options: [MigrationChoice.to], changes: true,
        details: """
            """,
        examples: [
            "migrate start metrics --dry-run", "migrate start metrics",
            "migrate start --to 'host=new.example.com dbname=metrics'",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "each table is made in a transaction of its own, on the server that the rows go to"
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        let tables = try await MigrationChoice.tables(arguments, context)
        let target = try await MigrationChoice.target(arguments, context)
        let identity = capabilities.distributedID ?? ""
        let begun = Set(try await cluster.migrations(on: target).map(\.sourceID))
        let naming = MigrationNaming(isInPlace: target.isInPlace)
        let definitions = try await cluster.definitions(of: tables)
        let server = try await target.server()
        var proposal = Proposal([], concernsNodes: false)
        proposal.items = try await store(on: target, cluster)
        for definition in definitions {
            let name = definition.source.shownName
            let table = naming.table(definition.source)
            if begun.contains(definition.id) {
                proposal.unchanged.append("\(name) is migrated to \(table.shownName) already")
                continue
            }
            let migration = Migration(
                cluster: identity, sourceID: definition.id, source: definition.source, target: table)
            let statements =
                definition.statements(naming, server)
                + [migration.begin(renames: definition.renames(naming))]
            var item = Proposal.Item(
                name: name, Plan([.transaction(statements)]),
                done: "\(table.shownName) is there, empty: 'migrate copy \(Quoting.word(name))' fills it")
            item.target = target
            proposal.items.append(item)
        }
        return proposal
    }

    /// Where the state of migrations stands, unless it is there.
    private func store(on target: MigrationTarget, _ cluster: Cluster) async throws -> [Proposal.Item] {
        var items: [Proposal.Item] = []
        if try await target.send(MigrationStore.state).records.first?["has_tables"] != "t" {
            var item = Proposal.Item(
                Plan([.transaction(MigrationStore.creation)]),
                done: "the schema tscl_migrate has the state of the migrations")
            item.target = target
            items.append(item)
        }
        if let conninfo = target.conninfo, try await cluster.migrationTarget()?.conninfo != conninfo {
            let plan = Plan([.transaction(MigrationStore.creation(leadingTo: conninfo))])
            items.append(.init(plan, done: "the rows go to \(conninfo)"))
        }
        return items
    }
}
