package import ClusterAccess
package import MultiNode

/// Drops the old table of a migration that is cut over and verified.
package struct MigrationFinish: Sendable {
    private let cutover: ClusterCutover
    private var migration: Migration { cutover.migration }

    package init(_ cutover: ClusterCutover) { self.cutover = cutover }

    /// What it drops on the access node, in one transaction.
    package func drops() async throws(ClusterError) -> [SQL] {
        let own = Cluster(await cutover.cluster.connection.another(), listener: cutover.cluster.listener)
        do throws(ClusterError) {
            try await own.send("SET search_path = pg_catalog")
            let remains = MigrationEnd.remains(of: migration)
            let dependents = Dependents(
                aggregates: try await own.send(remains.aggregates).records.map { DependentAggregate(row: $0) },
                views: try await own.send(remains.views).records.map { DependentView(row: $0) })
            await own.connection.disconnect()
            return MigrationEnd.dropOld(migration, dependents)
        } catch {
            await own.connection.disconnect()
            throw error
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
        let drops = try await name == nil ? [] : drops()
        let holder = cutover.holder
        do throws(ClusterError) {
            try await holder.begin(.command)
            // It tells of each chunk of a continuous aggregate.
            try await holder.send("SET LOCAL client_min_messages = warning")
            for statement in drops { try await holder.send(statement) }
            if cutover.target.isInPlace { try await holder.send(migration.forget) }
            try await holder.commit()
        } catch {
            await cutover.letGo()
            guard error.sqlstate == "2BP01" else { throw error }
            throw error.keepingOld(migration)
        }
        // The old table is gone by then: run again, only this is left.
        if !cutover.target.isInPlace { try await cutover.target.send(migration.forget) }
    }
}

extension ClusterError {
    /// Something that the cut-over has not made depends on the old table.
    fileprivate func keepingOld(_ migration: Migration) -> ClusterError {
        var error = self
        error.hint = nil
        error.remedy =
            "nothing was dropped: drop what the message names, or make it anew over the new table, and run it again"
        return error
    }
}

extension Cluster {
    /// Drops the schema of the migrations where none is left.
    ///
    /// - Returns: whether it is gone.
    package func endMigrations(on target: MigrationTarget) async throws(ClusterError) -> Bool {
        guard try await target.send(MigrationEnd.isEmpty).value == "t" else { return false }
        do throws(ClusterError) {
            try await target.together(MigrationEnd.dropStore)
        } catch {
            // A table that was kept has the trigger still that the schema's function is for.
            guard error.sqlstate == "2BP01" else { throw error }
            return false
        }
        if !target.isInPlace { for statement in MigrationEnd.dropTarget { try await send(statement) } }
        return true
    }
}
