/// The statements that exchange a distributed hypertable for its copy, in one transaction.
package struct CutoverScript: Sendable {
    private let migration: Migration
    private let renames: [MigrationRename]
    private let dependents: Dependents
    private let isOn: Set<Int>
    private let capabilities: Capabilities

    /// - Parameter isOn: the jobs that were scheduled before they were turned off for the migration.
    package init(
        _ migration: Migration, _ renames: [MigrationRename], _ dependents: Dependents, isOn: Set<Int>,
        _ capabilities: Capabilities
    ) {
        self.migration = migration
        self.renames = renames
        self.dependents = dependents
        self.isOn = isOn
        self.capabilities = capabilities
    }

    /// In place, all in the access node's database. The record comes by itself, as the pause is known only then.
    package var inPlace: [SQL] {
        [SwapGuard.lift(from: migration.target)] + dependents.settingAside(for: migration.target)
            + TableSwap.cutover(migration, renames).statements
            + SwapGuard.refuseAll(on: migration.aside, capabilities)
            + dependents.remaking(over: migration.source, isOn: isOn, capabilities)
    }

    /// What `undo` executes besides the exchange of the tables.
    package var undo: [SQL] { dependents.undoing(over: migration.source, isOn: isOn, capabilities) }

    /// On the access node of a cluster that leaves to another server: nobody writes there any more.
    package var leaving: [SQL] {
        TableSwap.leave(migration) + SwapGuard.refuseAll(on: migration.aside, capabilities)
    }

    /// On that other server, before that, in one transaction: this first, then the continuous aggregates with their rows, then
    /// ``arrivingBehind(_:)``. What was made there before goes first, so that it is done again where it has been done.
    ///
    /// - Parameters:
    ///   - server: what that one is.
    ///   - isAhead: whether the continuous aggregates are there already, as they are here.
    package func arriving(_ server: Capabilities, isAhead: Bool = false) -> [SQL] {
        let kept = isAhead ? aggregates.count : 0
        return
            [
                DurableCommit.ofTransaction, "SET LOCAL client_min_messages = warning", MadeThere.creation,
                MadeThere.drop(of: migration, behind: kept),
            ]
            + [DependentPolicy.removal(of: migration.target, server)]
    }

    package func arrivingBehind(_ server: Capabilities) -> [SQL] {
        dependents.remakingRest(isOn: isOn, server) + dependents.views.flatMap(\.owning)
            + [MadeThere.record(of: migration, dependents)]
    }

    package var aggregates: [DependentAggregate] { dependents.aggregates }
}
