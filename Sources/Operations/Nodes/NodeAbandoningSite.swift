package import ClusterAccess
package import MultiNode

/// A cluster, as far as abandoning a node needs it.
package protocol NodeAbandoningSite: Sendable {
    /// Asks the node, from here and from the access node, whether it is there.
    ///
    /// - Returns: why it may be; nil where both ways find nothing.
    func signOfLife(of node: DataNode) async -> String?

    /// The chunks whose only copy is there.
    func lostChunks(on node: DataNode) async throws(ClusterError) -> [LostChunk]

    /// The chunks' hypertables there that have continuous aggregates.
    func aggregatedTables(on node: DataNode) async throws(ClusterError) -> [AggregatedTable]

    /// Carries a plan out over a connection of its own, which has seen nothing of the hypertables before.
    func carryOut(_ plan: Plan, abandoning node: DataNode) async throws(ClusterError)

    /// Whether the access node has a data node of this name. It sets its own time limit.
    func hasNode(_ name: String) async throws(ClusterError) -> Bool
}

extension Cluster: NodeAbandoningSite {
    package func signOfLife(of node: DataNode) async -> String? {
        guard let probe = await probeBothWays([node.markedAvailable]).first else { return "it could not be asked" }
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

extension Probe {
    /// Why the node may be there; nil where it is not. What is there and lets nobody in has its data still.
    package var signOfLife: String? {
        switch fromAccessNode {
        case .reached: return "the access node reaches it"
        case .unknown(let reason): return "the access node could not be asked for it: \(reason)"
        case .unreached(let error) where stateFromAccessNode == .refused && !Self.tellsOfNoNode(error):
            return "it answers the access node: \(error.summary)"
        case .unreached, .hanging, nil: break
        }
        switch state {
        case .up: return "it answers here"
        case .interrupted: return "the question was interrupted"
        case .refused:
            // A server without the node's database has not its data, and another's database neither.
            guard let error, error.kind == .mismatched || error.refusal == .databaseIsMissing else {
                return "a server answers there: \(message ?? "")"
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
