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
            It wants a 'migrate verify' that passed after the cut-over, and --drop-old: --yes alone is not enough. What the \
            cut-over has made anew goes, by its name: in place the old continuous aggregates and materialized views; where \
            the table went to another server, also the views and functions that are there. Then the old table goes on all \
            nodes, in one transaction and never with CASCADE: where something else depends on it, it stays, and \
            that is told, with the statements that drop it; the others go, with status 4. So does a table whose old continuous \
            aggregates or materialized views have rows that the new ones lack, as the raw rows are gone: these are to be kept \
            elsewhere, and dropped by hand, or let pass by 'migrate verify --accept-unproved'. --dry-run shows all of it. Then the migration is forgotten, and \
            the schema tscl_migrate goes with the last. No data node is deleted. Of 'all', those \
            that are not so far stay and are told, with status 4.

            Of a promoted node nothing is dropped: once it is verified, both sides forget the way back. It wants --drop-old \
            all the same, as what the access node and the other data nodes have of the tables is of no use then.
            """,
        examples: ["migrate finish metrics --drop-old", "migrate finish all --drop-old --yes"])

    /// Nobody waits.
    static let limits = CutoverLimits(maxPause: .seconds(86_400), lockTimeout: .seconds(5))

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? { "it is a transaction of its own" }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        if let record = try await context.promotion() {
            try context.refuse(
                arguments[Self.tables], besides: record, whole: "migrate finish all --drop-old", of: arguments)
            return try await context.finish(record, isMeant: arguments[Self.dropOld], of: arguments)
        }
        let behind = { try await Self.left(context.cluster) }
        return try await context.onMigrations(
            arguments[Self.tables], of: arguments, ends: true, endsStore: arguments[Self.dropOld], behind: behind
        ) { chosen, target in
            var sites: [Int: ClusterCutover] = [:]
            var unready: [Failure] = []
            for migration in chosen {
                let site = try await context.site(of: migration, target, Self.limits)
                do {
                    try await check(migration, MigrationFinish(site))
                    sites[migration.sourceID] = site
                } catch let failure as Failure {
                    await site.close()
                    unready.append(failure)
                }
            }
            let ready = chosen.filter { sites[$0.sourceID] != nil }
            // Who names a table means that one; of all, those that are so far.
            if let first = unready.first, ready.isEmpty || !arguments[Self.tables].contains(where: { $0.text == "all" })
            {
                throw first
            }
            var outcome = try await finish(ready, sites, target, context)
            outcome.failures += unready
            if !unready.isEmpty, outcome.status == .done { outcome.status = .partial }
            return outcome
        }
    }

    private func finish(
        _ ready: [Migration], _ sites: [Int: ClusterCutover], _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> Outcome {
        let refusal = arguments[Self.dropOld] ? nil : Self.refusal(ready)
        if context.settings.dryRun {
            let outcome = try await preview(ready, sites, context)
            return refusal.map { outcome.refused($0) } ?? outcome
        }
        if let refusal { throw refusal }
        try await Confirmation(context.settings).confirm(ready.map(\.source.shownName), for: arguments)
        var kept: [(migration: Migration, failure: Failure)] = []
        var dropped: Set<Int> = []
        var outcome: Outcome
        do {
            outcome = try await context.oneByOne(ready, of: arguments) { migration in
                guard let site = sites[migration.sourceID] else { return .nothing }
                defer { Task { await site.close() } }
                do throws(ClusterError) {
                    try await MigrationFinish(site).run()
                } catch {
                    // What hangs on one table keeps no other.
                    guard error.kind == .refused, ready.count > 1 else { throw error }
                    kept.append((migration, Failure(error)))
                    return .nothing
                }
                dropped.insert(migration.sourceID)
                return Outcome(
                    text: ["\(migration.aside.shownName) is dropped, and \(migration.source.shownName) stands alone"],
                    changed: true)
            }
        } catch {
            var failure = Failure(thrown: error)
            failure.done += kept.map { "\($0.migration.aside.shownName) stays: \($0.failure.message)" }
            if ready.count > 1 {
                let left = ready.filter { !dropped.contains($0.sourceID) }
                failure.rest = arguments.command(forRemaining: left.map(\.source.shownName))
            }
            throw failure
        }
        outcome.failures = kept.map(\.failure) + outcome.failures
        guard outcome.status == .done else {
            // It ended in the midst of them.
            let left = ready.filter { !dropped.contains($0.sourceID) }
            outcome.rest = arguments.command(forRemaining: left.map(\.source.shownName))
            return outcome
        }
        if !kept.isEmpty { outcome.status = outcome.changed ? .partial : .failed }
        do {
            if try await context.endMigrations(on: target) == true {
                outcome.text.append(CommandContext.storeIsGone)
            }
            outcome.text += try await Self.left(context.cluster)
            outcome.notes += try await target.toldKeptRows(of: ready)
        } catch {
            throw Failure(thrown: error).behind(outcome)
        }
        return outcome
    }

    private static func refusal(_ ready: [Migration]) -> Failure {
        let names = ready.map { Quoting.word($0.source.shownName) }.joined(separator: " ")
        return Failure(
            "\(ready.map(\.aside.shownName).listed) would be dropped with all rows", status: .unconfirmed,
            remedy: "'migrate finish \(names) --drop-old'")
    }

    /// As the run does, it leaves out what something else hangs on.
    private func preview(
        _ ready: [Migration], _ sites: [Int: ClusterCutover], _ context: CommandContext
    ) async throws -> Outcome {
        var statements: [SQL] = []
        var kept: [Failure] = []
        for site in ready.compactMap({ sites[$0.sourceID] }) {
            do throws(ClusterError) {
                statements += try await MigrationFinish(site).drops()
                await site.close()
            } catch {
                await site.close()
                guard error.kind == .refused, ready.count > 1 else { throw error }
                kept.append(Failure(error))
            }
        }
        let items = statements.isEmpty ? [] : [Proposal.Item(Plan([.transaction(statements)]), done: "")]
        var outcome = Proposal(items).preview(context.output)
        outcome.failures = kept
        if !kept.isEmpty { outcome.status = kept.count == ready.count ? .failed : .partial }
        return outcome
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

extension Outcome {
    /// What is shown of a run that ends before anything is done.
    func refused(_ refusal: Failure) -> Outcome {
        var outcome = self
        outcome.failures.insert(refusal, at: 0)
        outcome.status = refusal.status
        return outcome
    }
}
