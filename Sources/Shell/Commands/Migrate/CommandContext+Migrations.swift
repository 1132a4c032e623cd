import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

/// What the commands share that cut tables over, take that back, or end it.
extension CommandContext {
    /// The cut-over of one table, which a command does or takes back.
    func site(
        of migration: Migration, _ target: MigrationTarget, _ limits: CutoverLimits
    ) async throws(ClusterError) -> ClusterCutover {
        try await ClusterCutover(migration, from: cluster, to: target, limits)
    }

    /// Runs work on the migrations that a command names.
    ///
    /// - Parameter ends: whether it ends them, and with the last of them what they were recorded in: that is what is left to do
    ///   where an earlier run was stopped behind the last one.
    ///   - endsStore: whether that is done then.
    ///   - behind: the lines that tell what comes then.
    func onMigrations(
        _ operands: [Argument], of arguments: Arguments, ends: Bool = false, endsStore: Bool = true,
        behind: () async throws -> [String] = { [] },
        _ work: ([Migration], MigrationTarget) async throws -> Outcome
    ) async throws -> Outcome {
        try await refuseInWrittenTransaction(arguments.invocation)
        guard let begun = try await BegunMigrations(existingIn: self) else {
            guard ends else { throw BegunMigrations.none }
            try await refuseUnknown(operands, of: arguments)
            guard let target = try await cluster.migrationTarget() else {
                // The same command again, behind its end.
                return Outcome(text: [Self.nothingIsLeft] + (try await behind()))
            }
            await target.close()
            guard endsStore, !settings.dryRun else { throw BegunMigrations.none }
            if try await endStore() { return Outcome(text: [Self.storeIsGone] + (try await behind()), changed: true) }
            // What the other server keeps is not of this cluster, or stays there for the rows that were kept.
            let isLeft = try await cluster.migrationTarget()
            await isLeft?.close()
            guard isLeft == nil else { throw BegunMigrations.none }
            return Outcome(text: [Self.nothingIsLeft] + (try await behind()), changed: true)
        }
        var claimed: [Migration] = []
        do {
            let chosen = try begun.chosen(operands, of: arguments, isAllNamed: true)
            if !settings.dryRun { for migration in chosen { claimed.append(try await claim(migration)) } }
            // As they are now that nobody else changes them.
            let now = try await cluster.migrations(on: begun.target)
            let ids = Set(chosen.map(\.sourceID))
            let outcome = try await work(now.filter { ids.contains($0.sourceID) }, begun.target)
            await release(claimed, begun.target)
            return outcome
        } catch {
            await release(claimed, begun.target)
            throw error
        }
    }

    /// - Throws: where an operand names no hypertable.
    private func refuseUnknown(_ operands: [Argument], of arguments: Arguments) async throws {
        let named = operands.filter { $0.text != "all" }
        if named.isEmpty { return }
        let tables = try await cluster.hypertableNames()
        for operand in named {
            let name = NamePattern(operand)
            if tables.contains(where: { name.matches(table: $0) }) { continue }
            throw arguments.problem(
                "no migration of \(operand.text) has begun, and there is no such hypertable", at: operand,
                help: "migrate status")
        }
    }

    private static let nothingIsLeft = "no migration is left: nothing to do"
    static let storeIsGone = "no migration is left: the schema tscl_migrate is dropped"

    /// Drops what migrations were recorded in, where none is left.
    private func endStore() async throws -> Bool {
        guard let target = try await cluster.migrationTarget() else { return false }
        do {
            try await refuseWhereTablesAreLeft(by: target)
            guard let isGone = try await endMigrations(on: target) else {
                throw Failure(
                    "another session begins migrations ('migrate start')",
                    remedy: "wait for it, or end it; then 'migrate status' tells what has begun")
            }
            await target.close()
            return isGone
        } catch {
            await target.close()
            throw error
        }
    }

    /// Forgets nothing where a server that has no record of this cluster's migrations any more, as of a database that was lost,
    /// was cut over to: what the access node has of it tells where the tables have gone.
    private func refuseWhereTablesAreLeft(by target: MigrationTarget) async throws {
        if target.isInPlace { return }
        let old = try await cluster.send(SwapGuard.oldTables).records.compactMap { WayBack(oldTable: $0).here }
        if old.isEmpty { return }
        throw Failure(
            "the target has no record of the migration any more, and \(old.map(\.shownName).listed) \(old.count == 1 ? "was" : "were") cut over to it",
            remedy:
                "what was written there is in that database alone; '\(MigrateUndoCommand.withoutTarget(losingRows: true))' gives the tables their names back without it"
        )
    }

    /// Drops what migrations were recorded in, where none is left and no session begins one.
    ///
    /// - Returns: whether it is gone; nil where a session begins one.
    func endMigrations(on target: MigrationTarget) async throws(ClusterError) -> Bool? {
        guard try await take(MigrationClaim.takeEnding) else { return nil }
        do throws(ClusterError) {
            let isGone = try await cluster.endMigrations(on: target)
            await release(MigrationClaim.releaseEnding)
            return isGone
        } catch {
            await release(MigrationClaim.releaseEnding)
            throw error
        }
    }

    /// Ends what migrations are recorded in, while no session begins one.
    func ending<Value>(_ work: () async throws -> Value) async throws -> Value {
        guard try await take(MigrationClaim.takeEnding) else {
            throw Failure(
                "another session begins migrations ('migrate start')",
                remedy: "wait for it, or end it; then 'migrate status' tells what has begun")
        }
        do {
            let value = try await work()
            await release(MigrationClaim.releaseEnding)
            return value
        } catch {
            await release(MigrationClaim.releaseEnding)
            throw error
        }
    }

    /// Begins migrations, while nobody drops what they are recorded in.
    func beginning(_ work: () async throws -> Outcome) async throws -> Outcome {
        // The emulator has nothing to migrate, which is told, and no such locks.
        if try await cluster.capabilities().isEmulated { return try await work() }
        guard try await take(MigrationClaim.takeBeginning) else {
            throw Failure(
                "another session has ended the last migration, and drops the schema tscl_migrate",
                remedy: "again, when that is done")
        }
        do {
            // Two that begin at once would make the same tables.
            let outcome = try await alone(work)
            await release(MigrationClaim.releaseBeginning)
            return outcome
        } catch {
            await release(MigrationClaim.releaseBeginning)
            throw error
        }
    }

    /// The session may go on, even if the command was interrupted.
    private func release(_ claim: SQL) async {
        await cluster.evenIfInterrupted { _ = try? await $0.send(claim) }
    }

    /// How long the session is waited for that has a claim: that of a tscl which was killed ends what it is at.
    private static let patience = Duration.seconds(2)

    /// - Returns: whether this session has it now.
    private func take(_ claim: SQL) async throws(ClusterError) -> Bool {
        let end = ContinuousClock.now + Self.patience
        while true {
            if try await cluster.send(claim).value == "t" { return true }
            if ContinuousClock.now >= end { return false }
            try await cluster.waitForOthers()
        }
    }

    private func claim(_ migration: Migration) async throws -> Migration {
        guard try await take(MigrationClaim.take(migration)) else {
            throw Failure(
                "another session cuts \(migration.source.shownName) over, takes that back or ends it",
                remedy: "wait for it, or end it; then 'migrate status' tells how far it came")
        }
        return migration
    }

    private func release(_ claimed: [Migration], _ target: MigrationTarget) async {
        let cluster = cluster.limited(to: .seconds(5))
        // A task of its own is not cancelled: the session may go on.
        await Task {
            for migration in claimed { _ = try? await cluster.send(MigrationClaim.release(migration)) }
        }.value
        await target.close()
    }

    /// Does the same with each table, up to the first that fails. Behind one of which something was done, what was done is
    /// the answer, with the failure in it.
    func oneByOne(
        _ migrations: [Migration], of arguments: Arguments, _ work: (Migration) async throws -> Outcome
    ) async throws -> Outcome {
        var whole = Outcome()
        for (index, migration) in migrations.enumerated() {
            let outcome: Outcome
            do {
                try Task.checkCancellation()
                outcome = try await work(migration)
            } catch {
                var failure = Failure(thrown: error)
                let names = migrations[index...].map(\.source.shownName)
                let rest = migrations.count > 1 ? arguments.command(forRemaining: names) : nil
                guard whole.changed else {
                    failure.done = whole.text + failure.done
                    failure.rest = rest
                    throw failure
                }
                whole.rest = rest
                whole.status = failure.status == .interrupted ? .interrupted : .partial
                if failure.status != .interrupted {
                    if !failure.message.names(names[0]) { failure.message = "\(names[0]): \(failure.message)" }
                    whole.failures.append(failure)
                }
                return whole
            }
            whole.text += outcome.text
            if let table = outcome.table {
                whole.table = whole.table?.followed(by: table) ?? table
            }
            whole.changed = whole.changed || outcome.changed
            whole.failures += outcome.failures
            if outcome.status != .done { whole.status = outcome.status }
        }
        return whole
    }
}
