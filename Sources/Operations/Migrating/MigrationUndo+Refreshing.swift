package import ClusterAccess
package import MultiNode
import Postgres

/// What becomes of the old table's continuous aggregates when rows were copied back.
extension MigrationUndo {
    /// In the undo's transaction, when the old table has its name: records in which parts of time they have changed, where others lie
    /// between. A refresh of a distributed table makes all anew that lies between two changes, and deletes with that what has no raw rows
    /// any more.
    func recordUnrefreshed(_ written: WrittenSince) async throws(ClusterError) {
        let noted = try await holder.send(AggregateBuckets.noted(of: migration.sourceID)).value
        guard let end = noted.flatMap({ Int($0) }) else { return }
        let spans = written.chunks.filter { $0.chunk != nil }.compactMap(\.span).map {
            Int($0.lowerBound)...Int($0.upperBound)
        }
        let parts = AggregateBuckets.apart(spans, notedUpTo: end)
        // What is behind where it is noted counts as changed, too.
        if parts.isEmpty || parts.count == 1 && parts[0].upperBound == end - 1 { return }
        let jobs = try await holder.send(DependentPolicy.list(of: migration.source)).records
            .map { DependentPolicy(row: $0) }.filter { $0.refreshes && $0.isScheduled }
        for job in jobs { try await holder.send(job.off(cutover.capabilities)) }
        let record = migration.recordUnrefreshed(parts, jobs: jobs.map { $0.on(cutover.capabilities) })
        guard try await holder.send(record).commandTag == "UPDATE 1" else { throw .wasChanged(migration) }
    }

    /// Makes anew what is recorded, one part of time by itself after the other, and turns the jobs on again. It may be run again.
    ///
    /// - Returns: what failed.
    package func refreshApart() async -> [ClusterError] {
        let cluster = cutover.cluster
        var failures: [ClusterError] = []
        do throws(ClusterError) {
            let parts = try await cutover.recorded().unrefreshed
            if parts.isEmpty { return [] }
            for aggregate in try await aggregates() {
                do throws(ClusterError) {
                    for part in parts {
                        let statement = try await refreshing(part, of: aggregate)
                        _ = try await cluster.aside { link throws(ClusterError) in
                            try await cluster.send(statement, on: link)
                        }
                    }
                } catch {
                    failures.append(.isNotRefreshed(aggregate, migration, because: error))
                }
            }
            if !failures.isEmpty { return failures }
            // Where a kill comes in between, all is done once more.
            try await cutover.turnJobsOn()
            try await cutover.target.send(migration.recordRefreshed)
        } catch {
            failures.append(error)
        }
        return failures
    }

    /// Those over the old table, whatever it is called by now; none where it is gone.
    private func aggregates() async throws(ClusterError) -> [AggregateBuckets] {
        guard let name = try await cutover.nameNow() else { return [] }
        return try await cutover.cluster.send(AggregateBuckets.list(over: name)).records
            .map { AggregateBuckets(row: $0) }
    }

    /// What ``refreshApart()`` sends.
    func refreshing(_ recorded: Migration) async throws(ClusterError) -> [SQL] {
        var statements: [SQL] = []
        for aggregate in try await aggregates() {
            for part in recorded.unrefreshed { statements.append(try await refreshing(part, of: aggregate)) }
        }
        return statements + recorded.undoing + [migration.recordRefreshed]
    }

    private func refreshing(
        _ part: ClosedRange<Int>, of aggregate: AggregateBuckets
    ) async throws(ClusterError) -> SQL {
        let capabilities = cutover.capabilities
        guard let question = aggregate.neighbours(of: part, capabilities) else {
            return aggregate.refreshing(part, capabilities)
        }
        let neighbours = try await cutover.cluster.send(question).records.first ?? [:]
        return aggregate.refreshing(part, beside: neighbours, capabilities)
    }
}

extension ClusterCutover {
    /// - Throws: where an undo was stopped before the continuous aggregates were made anew.
    func refuseUnrefreshed() async throws(ClusterError) {
        if try await !recorded().unrefreshed.isEmpty { throw ClusterError(unrefreshed: migration.source) }
    }
}

extension Cluster {
    /// - Throws: where the job would refresh a continuous aggregate that an undo has still to refresh part by part.
    package func refuseRefreshing(by job: Job) async throws(ClusterError) {
        guard job.procedure.name == "policy_refresh_continuous_aggregate" else { return }
        do throws(ClusterError) {
            let state = try await send(MigrationStore.state).records.first
            guard state?["has_tables"] == "t" else { return }
            for row in try await send(Migration.jobsToWait).records where row["job"] == String(job.id) {
                throw ClusterError(
                    unrefreshed: TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? ""))
            }
        } catch {
            // Most roles may not read what is recorded. The undo has turned off what is to wait.
            guard error.sqlstate == "42501" else { throw error }
            if job.isScheduled { return }
            throw ClusterError(
                "job \(job.id) is paused, and may be so for a migration, whose record only others may read: \(error.message)",
                remedy: "as a superuser: 'migrate status' tells whether an undo is to go on first")
        }
    }
}

extension ClusterError {
    package init(unrefreshed table: TableName) {
        let name = table.shownName
        self.init(
            "the undo of \(name) was stopped before its continuous aggregates were refreshed part by part: a refresh of all of their time would delete what lies between and has no raw rows any more",
            remedy: Self.goingOn(with: name))
    }

    fileprivate static func isNotRefreshed(
        _ aggregate: AggregateBuckets, _ migration: Migration, because error: ClusterError
    ) -> ClusterError {
        var failure = error
        failure.message =
            "the continuous aggregate \(aggregate.name.shownName) was not refreshed, and the next refresh would delete what lies between the changes and has no raw rows any more: \(error.message)"
        failure.remedy = goingOn(with: migration.source.shownName)
        return failure
    }

    /// In the form that drops no copy where another run has ended it meanwhile.
    private static func goingOn(with name: String) -> String {
        "'migrate undo \(Quoting.word(name)) --copy-back' goes on; until then their refresh policies are off, and are not to be run"
    }
}
