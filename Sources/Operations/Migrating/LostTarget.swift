package import ClusterAccess
package import MultiNode
import Postgres

/// The way back from another server that is lost for good, by what the access node has of the migrations alone.
package struct LostTarget: Sendable {
    private let cluster: Cluster
    /// Over the connection that has the locks.
    private let holder: Cluster
    private let target: MigrationTarget
    private let limits: CutoverLimits

    /// - Parameter target: the one of record.
    package init(_ target: MigrationTarget, of cluster: Cluster, _ limits: CutoverLimits) async {
        self.cluster = cluster
        self.target = target
        self.limits = limits
        holder = Cluster(await cluster.connection.another(), listener: cluster.listener)
    }

    package func close() async { await holder.connection.disconnect() }

    /// - Throws: where it answers and knows of the migrations, or where nobody can tell.
    package func refuseWhereItIsThere() async throws(ClusterError) {
        let begun: [Migration]
        do throws(ClusterError) {
            begun = try await cluster.migrations(on: target)
        } catch {
            if target.mayBeLost(after: error) { return }
            // Its remedy would name this command.
            var failure = error
            failure.remedy = "a server answers there, so that it is not lost: mend that"
            throw failure
        }
        if begun.isEmpty { return }
        throw ClusterError(
            "the target answers, and has the record of \(begun.map(\.source.shownName).listed): nothing was done",
            node: target.node, remedy: "'migrate undo all', which takes back what is there, too")
    }

    /// What there is to be taken back.
    package func tables() async throws(ClusterError) -> [WayBack] {
        var found: [WayBack] = []
        if try await cluster.send(WayBack.isRecorded).value == "t" {
            found = try await cluster.send(WayBack.list).records.map { WayBack(row: $0) }
        }
        let known = Set(found.map(\.sourceID))
        let old = try await cluster.send(SwapGuard.oldTables).records.map { WayBack(oldTable: $0) }
        return found + old.filter { !known.contains($0.sourceID) }
    }

    /// What would be done, in its order.
    package func preview() async throws(ClusterError) -> Plan {
        let capabilities = try await cluster.capabilities()
        var steps: [Plan.Step] = []
        for table in try await tables() {
            steps.append(.transaction(holding(table) + (try statements(for: table, capabilities))))
        }
        return Plan(
            steps.filter { !$0.statements.isEmpty } + [
                .transaction([MigrationEnd.holdTarget] + MigrationEnd.dropTarget)
            ])
    }

    /// Killed anywhere, the next run goes on.
    ///
    /// - Returns: what was taken back.
    package func run() async throws(ClusterError) -> [WayBack] {
        let capabilities = try await cluster.capabilities()
        let tables = try await tables()
        // One may be at work over a connection that it has still. The claims end with the connection.
        for table in tables where try await holder.send(MigrationClaim.take(table.sourceID)).value != "t" {
            throw ClusterError(
                "another session cuts \((table.source ?? table.here)?.shownName ?? "a table") over, takes that back or ends it: nothing was done",
                remedy: "wait for it, or end it")
        }
        for table in tables { try await transaction(holding(table) + (try statements(for: table, capabilities))) }
        try await transaction([MigrationEnd.holdTarget] + MigrationEnd.dropTarget)
        return tables
    }

    private func holding(_ table: WayBack) -> [SQL] {
        guard let here = table.here, table.isCutOver else { return [] }
        return CutoverHold.statements(
            [here], .againstAll, waiting: min(limits.lockTimeout, limits.maxPause), limit: limits.maxPause + .seconds(5)
        )
    }

    private func statements(for table: WayBack, _ capabilities: Capabilities) throws(ClusterError) -> [SQL] {
        // It was dropped by somebody.
        guard let here = table.here else { return [] }
        if let statements = table.goingBack(capabilities) { return statements }
        throw ClusterError(
            "nobody can tell what \(here.shownName) was called before the cut-over, as its name was cut off",
            remedy:
                "sql \(SwapGuard.lift(from: here).inlined); sql ALTER TABLE \(here.quoted) RENAME TO …; then again")
    }

    private func transaction(_ statements: [SQL]) async throws(ClusterError) {
        if statements.isEmpty { return }
        do throws(ClusterError) {
            try await holder.begin(.command)
            for statement in statements { try await holder.send(statement) }
            try await holder.commit()
        } catch {
            await holder.rollBack()
            throw error
        }
    }
}
