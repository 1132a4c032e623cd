package import ClusterAccess
package import MultiNode
import Platform

/// The cut-over of one table on real servers.
package struct ClusterCutover: Sendable {
    let cluster: Cluster
    /// Over the connection that has the lock.
    let holder: Cluster
    let target: MigrationTarget
    let migration: Migration
    let capabilities: Capabilities
    let nodes: [DataNode]
    let limits: CutoverLimits
    /// Over the connection that keeps the continuous aggregates as they are, once they were brought to another server.
    let keeper: Cluster
    let ahead = Lock<Ahead?>(nil)
    /// What was recorded of the chunks at the last look for changes, by number.
    let looked = Lock<[Int: MigratedChunk]>([:])
    /// The transactions that read as things were at some time, whatever they do by now.
    let knownReaders = Lock<Set<String>>([])
    /// Whether those who write wait.
    let isHeld = Lock(false)
    /// Whether compressed rows were copied meanwhile.
    let hasCopiedCompressed = Lock(false)
    private let keptCopies = Lock<[KeptCopies]>([])
    /// The sequences that go on on another server though the table is not known to use them.
    let advanced = Lock<[TableName]>([])

    /// What was brought before the lock.
    struct Ahead: Sendable {
        let aggregates: [DependentAggregate]
        /// Where the table's first chunk began on the other server.
        let start: String?
    }

    package init(
        _ migration: Migration, from cluster: Cluster, to target: MigrationTarget, _ limits: CutoverLimits
    ) async throws(ClusterError) {
        self.cluster = cluster
        self.target = target
        self.migration = migration
        self.limits = limits
        capabilities = try await cluster.capabilities()
        nodes = try await cluster.nodes()
        // No time limit of the command's may cut it off: what it does has limits of its own.
        holder = Cluster(await cluster.connection.another(), listener: cluster.listener)
        keeper = Cluster(await cluster.connection.another(), listener: cluster.listener)
    }

    /// The migration as it is recorded now.
    func recorded() async throws(ClusterError) -> Migration {
        guard let now = try await cluster.migrations(on: target).first(where: { $0.sourceID == migration.sourceID })
        else {
            throw ClusterError(
                "the migration of \(migration.source.shownName) is not recorded any more",
                remedy: "'migrate status' shows those that are")
        }
        return now
    }

    /// What the old table is called now; nil where it is gone.
    func nameNow() async throws(ClusterError) -> TableName? {
        try await cluster.send(migration.nameNow).records.first
            .map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") }
    }

    /// What hangs on a table.
    ///
    /// - Parameters:
    ///   - table: nil for the one that has the name now.
    ///   - other: over which connection to the access node, if not the one that has the lock.
    func dependents(
        of table: TableName? = nil, on other: Cluster? = nil
    ) async throws(ClusterError) -> Dependents {
        let asked = other ?? holder
        let table = table ?? migration.source
        return Dependents(
            sequences: try await asked.send(OwnedSequence.list(of: table)).records.map { OwnedSequence(row: $0) },
            aggregates: try await asked.send(DependentAggregate.list(of: table)).records
                .map { DependentAggregate(row: $0) },
            views: try await asked.send(DependentView.list(of: table, isWhole: !target.isInPlace)).records
                .map { DependentView(row: $0) },
            policies: try await asked.send(DependentPolicy.list(of: table)).records.map { DependentPolicy(row: $0) })
    }

    func script() async throws(ClusterError) -> CutoverScript {
        let renames = try await target.send(MigrationRename.list(of: migration)).records.map {
            MigrationRename(row: $0)
        }
        return CutoverScript(
            migration, renames, try await dependents(), isOn: try await recorded().jobsOff, capabilities)
    }

    /// What it takes along that the source has not any more, as the last look for changes had it.
    package var kept: [KeptCopies] { keptCopies.withLock { $0 } }

    func note(_ kept: [KeptCopies]) { keptCopies.withLock { $0 = kept } }

    /// The other sequences of another server that were told to go on where those of their names stand here; nil where there are none.
    package var toldSequences: String? {
        let names = advanced.withLock { $0 }
        if names.isEmpty { return nil }
        return
            "on the target \(names.map(\.shownName).listed) \(names.count == 1 ? "goes" : "go") on, too, where the access node's stand, as functions may take numbers from \(names.count == 1 ? "it" : "them")"
    }

    package func close() async {
        await holder.connection.disconnect()
        await keeper.connection.disconnect()
    }
}
