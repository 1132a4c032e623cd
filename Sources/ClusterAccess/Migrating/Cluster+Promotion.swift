package import MultiNode
package import Postgres

extension Cluster {
    /// The promotion of a data node that has begun; nil where none has.
    package func promotion() async throws(ClusterError) -> PromotionRecord? {
        try await promotion(by: try await send(MigrationStore.state))
    }

    /// - Parameter answer: to ``MigrationStore/state``.
    package func promotion(by answer: QueryResult) async throws(ClusterError) -> PromotionRecord? {
        let state = answer.records.first ?? [:]
        guard state["has_promotion"] == "t" else { return nil }
        if let stranger = state["stranger"] ?? nil { throw ClusterError(storeOf: stranger) }
        return try await send(PromotionStore.list).records.first.map { PromotionRecord(row: $0) }
    }

    /// Asks a node that is on its own, or may be, at the address at which it was a data node. It is known by the identity of
    /// its database, as it belongs to no cluster any more.
    ///
    /// - Parameter work: gets what the node tells of itself (``PromotionStore/standing``), too.
    package func asking<Answer>(
        promoted record: PromotionRecord, _ work: (any Link, [String: String?]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        guard var node = try await nodes().first(where: { $0.name == record.node }) else {
            throw ClusterError(gone: record.node)
        }
        node.database = record.database
        return try await asking(ServerAddress(node)) { link throws(ClusterError) in
            let row = try await send(PromotionStore.standing, on: link, node: record.node).records.first ?? [:]
            guard row["uuid"] == .some(record.nodeIdentity) else {
                throw ClusterError(
                    "the database \(record.database) at its address is not that of \(record.node)", kind: .mismatched,
                    node: record.node, remedy: "node show \(Quoting.word(record.node))")
            }
            return try await work(link, row)
        }
    }

    /// Runs statements in one transaction on such a node.
    package func together(_ statements: [SQL], on link: any Link, of node: String) async throws(ClusterError) {
        for statement in ["BEGIN"] + statements + ["COMMIT"] { try await send(statement, on: link, node: node) }
    }
}
