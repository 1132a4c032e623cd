package import ClusterAccess
package import MultiNode
import Postgres

extension MigrationUndo {
    /// What would be sent as things are, in its order, each with whether it goes to the server of the new table.
    package func preview(_ newRows: NewRows) async throws(ClusterError) -> [(isOnTarget: Bool, plan: Plan)] {
        let target = cutover.target
        let recorded = try await cutover.recorded()
        if !recorded.unrefreshed.isEmpty {
            return [(false, Plan(try await refreshing(recorded).map { .statement($0) }))]
        }
        let standing = try await cutover.standing()
        let isHalf = standing == .between
        let isLeaving = isHalf ? try await cutover.isLeaving() : false
        let jobs = (isOnTarget: false, plan: Plan(recorded.undoing.map { .statement($0) }))
        let end = (isOnTarget: true, plan: Plan(recorded.keepsRows ? [.statement(migration.forget)] : []))
        if isLeaving || recorded.keepsRows || isHalf && recorded.cutOverXmin == nil {
            return [(false, Plan(isHalf ? [.transaction(comingBack)] : [])), jobs, end]
        }
        if migration.state == .copying, !isHalf, standing != .cutOver {
            // What takes back a cut-over drops no copy, but where that is said of its rows.
            if newRows == .copyBack { return [] }
            if newRows == .lose, try await !hasAddedRows() { return [] }
            let new = try await droppable(target.newTable(of: migration, as: migration.target))
            if newRows == .refuse, new.isMade {
                try await cutover.refuseLosses()
                try await refuseLacking()
                try await target.reading { ask throws(ClusterError) in try await refuseAdded(ask) }
            }
            return [
                jobs,
                (
                    !target.isInPlace,
                    Plan([
                        .transaction(
                            [migration.keepUncounted] + (new.isMade ? [Migration.hold(migration.target)] : [])
                                + MigrationEnd.dropNew(migration, isInPlace: target.isInPlace, isThere: new.isMade))
                    ])
                ),
            ]
        }
        let written = try await written()
        if newRows == .refuse { try refuse(written) }
        guard target.isInPlace else {
            if !written.isEmpty, newRows == .copyBack { throw .cannotCopyBack }
            let hold = holding(migration.target, .againstWriters)
            let leaving =
                leaving(try await target.server()) + [migration.recordLeaving(keeping: !written.isEmpty)]
            let ending =
                isHalf ? [Plan.Step.statement(migration.recordCutover(undo: recorded.undoing, pause: .zero))] : []
            return [
                (true, Plan(ending + [.transaction(hold + leaving)])), (false, Plan([.transaction(comingBack)])),
                (false, Plan(recorded.undoing.map { .statement($0) })),
            ]
        }
        let stored = try await target.send(WrittenChunk.columns(of: migration.source)).records
            .filter { $0["is_stored"] == "t" }.compactMap { $0["name"] ?? nil }
        let rows =
            newRows == .copyBack
            ? try await copyingBack(written, stored) + (try await copyingBackAggregates(written)) : []
        let names = try await namesBack(written, newRows, try await cutover.readAside())
        return [
            (
                false,
                Plan([.transaction(holding(.againstWriters) + [SwapGuard.lift(from: migration.aside)] + rows + names)])
            ),
            (false, Plan(SwapGuard.lift(from: migration.target))),
        ]
    }

    private var comingBack: [SQL] { [SwapGuard.lift(from: migration.aside)] + TableSwap.comeBack(migration) }
}
