package import ClusterAccess
package import MultiNode

/// A cluster, as far as abandoning a node needs it.
package protocol NodeAbandoningSite: Sendable {
    /// Asks the node, from here and from the access node, whether it is there.
    ///
    /// - Returns: why it may be; nil where both ways find nothing.
    func signOfLife(of node: DataNode) async -> SignOfLife?

    /// The chunks whose only copy is there.
    func lostChunks(on node: DataNode) async throws(ClusterError) -> [LostChunk]

    /// The chunks' hypertables there that have continuous aggregates.
    func aggregatedTables(on node: DataNode) async throws(ClusterError) -> [AggregatedTable]

    /// Writes down for migrations that their copies are all that is left of chunks, before the access node forgets these.
    func noteLoss(of chunks: [LostChunk], with node: DataNode) async throws(ClusterError)

    /// Carries a plan out over a connection of its own, which has seen nothing of the hypertables before.
    func carryOut(_ plan: Plan, abandoning node: DataNode) async throws(ClusterError)

    /// Whether the access node has a data node of this name. It sets its own time limit.
    func hasNode(_ name: String) async throws(ClusterError) -> Bool
}

extension Cluster: NodeAbandoningSite {
    package func noteLoss(of chunks: [LostChunk], with node: DataNode) async throws(ClusterError) {
        guard !chunks.isEmpty, let identity = try await capabilities().distributedID,
            let target = try await migrationTarget()
        else { return }
        let ids = chunks.map(\.id)
        do throws(ClusterError) {
            if !target.isInPlace {
                try await aside { link throws(ClusterError) in
                    let statements =
                        [.begin] + NotedLoss.creation + [
                            NotedLoss.note(ids, with: node.name), DurableCommit.ofTransaction,
                        ]
                    for statement in statements + ["COMMIT"] { try await send(statement, on: link) }
                }
            }
            do throws(ClusterError) {
                try await target.send(MigratedChunk.lose(ids, with: node.name, ofCluster: identity))
            } catch {
                // Another server may be out of reach: what is written down here tells it all the same.
                guard !target.isInPlace else { throw error }
            }
            await target.close()
        } catch {
            await target.close()
            throw error
        }
    }

    /// What migrations have copied of chunks that are lost at the source.
    package func copies(
        of lost: [LostChunk]
    ) async throws(ClusterError) -> [(migration: Migration, chunks: Int, rows: Int)] {
        guard !lost.isEmpty, let target = try await migrationTarget() else { return [] }
        let migrations: [Migration]
        let records: [MigratedChunk]
        do throws(ClusterError) {
            migrations = try await self.migrations(on: target)
            let list = MigratedChunk.list(of: migrations.map(\.sourceID), ofCluster: migrations.first?.cluster ?? "")
            records = migrations.isEmpty ? [] : try await target.send(list).records.map { MigratedChunk(row: $0) }
            await target.close()
        } catch {
            await target.close()
            throw error
        }
        let ids = Set(lost.map(\.id))
        return migrations.compactMap { migration in
            let own = records.filter {
                $0.hypertableID == migration.sourceID && $0.holdsCopy && ids.contains($0.sourceID)
            }
            return own.isEmpty ? nil : (migration, own.count, own.reduce(0) { $0 + ($1.rows ?? 0) })
        }
    }

    package func signOfLife(of node: DataNode) async -> SignOfLife? {
        guard let probe = await probeBothWays([node.markedAvailable]).first else {
            return .unknown("it could not be asked")
        }
        return probe.signOfLife
    }

    package func lostChunks(on node: DataNode) async throws(ClusterError) -> [LostChunk] {
        let capabilities = try await capabilities()
        if capabilities.isEmulated { return [] }
        return try await send(LostChunk.list(on: node.name, capabilities)).records.map { LostChunk(row: $0) }
    }

    package func aggregatedTables(on node: DataNode) async throws(ClusterError) -> [AggregatedTable] {
        try await send(AggregatedTable.list(on: node.name)).records.map { AggregatedTable(row: $0) }
    }

    package func carryOut(_ plan: Plan, abandoning node: DataNode) async throws(ClusterError) {
        try await aside { link throws(ClusterError) in
            for statement in plan.sent { try await send(statement, on: link) }
        }
    }
}

/// Why a node may not be gone.
package enum SignOfLife: Sendable, Equatable {
    case there(String)
    /// Nobody has found out.
    case unknown(String)
}

extension Probe {
    /// Why the node may be there; nil where it is not. What is there and lets nobody in has its data still.
    package var signOfLife: SignOfLife? {
        switch fromAccessNode {
        case .reached: return .there("the access node reaches it")
        case .unknown(let reason): return .unknown("the access node could not be asked for it: \(reason)")
        case .unreached(let error) where stateFromAccessNode == .refused && !Self.tellsOfNoNode(error):
            return .there("it answers the access node: \(error.summary)")
        case .unreached, .hanging, nil: break
        }
        switch state {
        case .up: return .there("it answers here")
        case .interrupted: return .unknown("the question was interrupted")
        case .refused:
            // A server without the node's database has not its data, and another's database neither.
            guard let error, error.kind == .mismatched || error.refusal == .databaseIsMissing else {
                return .there("a server answers there: \(message ?? "")")
            }
            return nil
        case .down, .hanging: return nil
        }
    }

    private static func tellsOfNoNode(_ error: ClusterError) -> Bool {
        let text = error.message + (error.detail ?? "")
        return error.sqlstate == "3D000" || text.contains("does not exist") && text.contains("database")
    }
}
