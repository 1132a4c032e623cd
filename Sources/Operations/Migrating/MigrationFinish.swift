package import ClusterAccess
package import MultiNode
import Postgres

/// Drops the old table of a migration that is cut over and verified.
package struct MigrationFinish: Sendable {
    private let cutover: ClusterCutover
    private var migration: Migration { cutover.migration }

    package init(_ cutover: ClusterCutover) { self.cutover = cutover }

    /// What it drops on the access node, in one transaction.
    ///
    /// - Throws: where something else hangs on the old table, with the statements that drop that.
    package func drops() async throws(ClusterError) -> [SQL] {
        guard try await cutover.nameNow() != nil else { return [] }
        // Else nothing may be left of the rows.
        try await cutover.target.requireNewTable(of: migration, as: migration.source)
        let found = try await cutover.readAside(of: migration.aside)
        let old = try await cutover.target.isInPlace ? found.putAside : found.those(there: there(of: found))
        if let kept = try await keptViews(among: old).first { throw .hasMore(kept, migration) }
        if !migration.accepted.contains(LackingHistory.accepted),
            let lacking = try await cutover.lackingHistories().first
        {
            throw .hasHistory(lacking, migration)
        }
        let others = try await cutover.qualified { own throws(ClusterError) in
            try await own.send(OldDependent.list(on: migration.aside, besides: old)).records
        }
        if !others.isEmpty { throw .keepingOld(migration, others.map { OldDependent(row: $0) }) }
        return MigrationEnd.dropOld(migration, old)
    }

    /// The old materialized views that had more rows behind the cut-over than the new ones.
    private func keptViews(among old: Dependents) async throws(ClusterError) -> [TableName] {
        let kept = Set(
            try await cutover.target.send(migration.keptViews).rows.compactMap { $0.first ?? nil })
        if kept.isEmpty { return [] }
        return old.emptied.filter { kept.contains($0.quoted) }
    }

    /// What another server has of it by now.
    private func there(of found: Dependents) async throws(ClusterError) -> Set<String> {
        let target = cutover.target
        return try await target.aside { link throws(ClusterError) in
            func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
                try await target.cluster.send(sql, on: link, node: target.node)
            }
            _ = try await ask("SET search_path = pg_catalog")
            return Set(try await ask(found.there).rows.compactMap { $0.first ?? nil })
        }
    }

    /// Whether the two tables were compared since the cut-over, and were the same.
    package func isVerified() async throws(ClusterError) -> Bool {
        let row = try await cutover.target.send(migration.standing).records.first
        return row?["state"] == "cut over" && row?["is_verified"] == "t"
    }

    package func run() async throws(ClusterError) {
        let name = try await cutover.nameNow()
        guard name == nil || name == migration.aside else {
            throw ClusterError(
                "the old table of \(migration.source.shownName) is called \(name?.shownName ?? "") by now: nothing was dropped",
                remedy: "give it the name \(migration.aside.shownName) again")
        }
        // An earlier tscl has made chunks that keep what is dropped from their table.
        try await cutover.target.renewStore()
        let drops = try await drops()
        let holder = cutover.holder
        do throws(ClusterError) {
            try await holder.begin(.command)
            // It tells of each chunk of a continuous aggregate.
            try await holder.send("SET LOCAL client_min_messages = warning")
            try await holder.send(DurableCommit.ofTransaction)
            if !drops.isEmpty {
                try await holder.send(Migration.hold(migration.aside))
                // What was asked about may have another name by now, or have been compared once more meanwhile.
                guard try await holder.send(migration.nameNow).records.first?["name"] == migration.aside.name,
                    try await isVerified()
                else { throw .wasChanged(migration) }
            }
            for statement in drops { try await holder.send(statement) }
            if cutover.target.isInPlace { try await holder.send(migration.forget) }
            try await holder.commit()
        } catch {
            await cutover.letGo()
            throw error
        }
        // The old table is gone by then: run again, only this is left.
        if !cutover.target.isInPlace { try await cutover.target.send(migration.forget) }
    }
}

extension ClusterError {
    fileprivate static func hasMore(_ view: TableName, _ migration: Migration) -> ClusterError {
        ClusterError(
            "the materialized view \(view.shownName) had more rows at the cut-over than the new one, as of raw rows that were dropped before: \(migration.aside.shownName) stays",
            remedy:
                "keep what is needed: sql CREATE TABLE … AS TABLE \(view.quoted); then: sql DROP MATERIALIZED VIEW \(view.quoted); migrate finish \(Quoting.word(migration.source.shownName)) --drop-old"
        )
    }

    fileprivate static func hasHistory(_ history: LackingHistory, _ migration: Migration) -> ClusterError {
        let name = Quoting.word(migration.source.shownName)
        return ClusterError(
            "\(history.old.shownName) has \(history.rows == 1 ? "1 row" : "\(history.rows) rows") of before the first chunk that \(history.new.shownName) has not, or has otherwise: \(migration.aside.shownName) stays",
            remedy:
                "keep what is needed: sql CREATE TABLE … AS TABLE \(history.old.quoted); then: migrate verify \(name) --accept-unproved; migrate finish \(name) --drop-old"
        )
    }

    fileprivate static func keepingOld(_ migration: Migration, _ others: [OldDependent]) -> ClusterError {
        let drops =
            others.compactMap(\.drop).map { "sql \($0)" } + [
                "migrate finish \(Quoting.word(migration.source.shownName)) --drop-old"
            ]
        let rest = others.filter { $0.drop == nil }.map(\.name)
        return ClusterError(
            "what the cut-over has not made hangs on \(migration.aside.shownName): \(others.map(\.name).listed); \(migration.aside.shownName) stays",
            remedy: "make anew over the new table what is still needed; then: \(drops.joined(separator: "; "))"
                + (rest.isEmpty ? "" : "; \(rest.listed) \(rest.count == 1 ? "has" : "have") to be dropped by hand"))
    }
}

/// What is left of what migrations were recorded in on the target, behind the last of a cluster.
private enum StoreRest {
    case none
    /// A table that was kept has the trigger still that the schema's function is for.
    case guarding
    /// Another cluster leaves to the same server; with the identity of this one.
    case ofOthers(besides: String)
}

extension Cluster {
    /// Drops what migrations were recorded in where none is left, on the target and on the access node. Killed in between, the
    /// next one drops the rest. What another cluster has recorded on the target stays there.
    ///
    /// - Returns: whether it is gone from both.
    package func endMigrations(on target: MigrationTarget) async throws(ClusterError) -> Bool {
        guard let rest = try await dropStore(on: target) else { return false }
        let isGone = if case .none = rest { true } else { false }
        if target.isInPlace { return isGone }
        return try await aside { link throws(ClusterError) in
            for statement in [.begin, MigrationEnd.holdTarget] { try await send(statement, on: link) }
            if try await isMadeAnew(on: target, since: rest) {
                try await send("ROLLBACK", on: link)
                return false
            }
            for statement in MigrationEnd.dropTarget + ["COMMIT"] { try await send(statement, on: link) }
            return isGone
        }
    }

    /// - Returns: nil where a migration of this cluster is recorded.
    private func dropStore(on target: MigrationTarget) async throws(ClusterError) -> StoreRest? {
        guard try await target.send(MigrationStore.state).records.first?["has_tables"] == "t" else {
            return StoreRest.none
        }
        guard try await target.send(MigrationEnd.isEmpty).value == "t" else {
            guard !target.isInPlace, let own = try await capabilities().distributedID,
                try await target.send(MigrationEnd.isEmpty(ofCluster: own)).value == "t"
            else { return nil }
            return .ofOthers(besides: own)
        }
        do throws(ClusterError) {
            try await target.together(MigrationEnd.dropStore(isInPlace: target.isInPlace))
            return StoreRest.none
        } catch {
            if error.sqlstate == MigrationEnd.isInUse { return nil }
            guard error.sqlstate == "2BP01" else { throw error }
            return .guarding
        }
    }

    /// Whether a migration of this cluster leads to the target again, which nobody can begin any more.
    private func isMadeAnew(on target: MigrationTarget, since rest: StoreRest) async throws(ClusterError) -> Bool {
        switch rest {
        case .none: try await target.send(MigrationStore.state).records.first?["has_tables"] == "t"
        case .guarding: false
        case .ofOthers(let own): try await target.send(MigrationEnd.isEmpty(ofCluster: own)).value != "t"
        }
    }
}
