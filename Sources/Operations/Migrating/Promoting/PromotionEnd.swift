package import ClusterAccess
package import MultiNode
import Postgres

/// Forgets a promotion: the node stays what it is, and the access node never reaches it again.
package struct PromotionEnd: Sendable {
    private let record: PromotionRecord
    private let cluster: Cluster

    package init(of record: PromotionRecord, in cluster: Cluster) {
        self.record = record
        self.cluster = cluster
    }

    /// The plan, by place, in its order; nothing of what was done already.
    package func preview() async throws(ClusterError) -> (first: Plan, node: Plan, last: Plan) {
        let isKnown = try await cluster.asking(promoted: record) { _, row throws(ClusterError) in
            row["is_promoted"] == "t"
        }
        return (
            record.isEnding ? Plan() : Plan([.statement(PromotionStore.end)]),
            isKnown ? Plan([.transaction(PromotionStore.nodeForget)]) : Plan(),
            Plan([.transaction(PromotionStore.forget)])
        )
    }

    /// Killed anywhere, the next run goes on.
    package func run() async throws(ClusterError) {
        if !record.isEnding {
            switch try await cluster.standing(of: record) {
            case .promoted: break
            case .between: throw notReady("\(record.node) is not on its own yet")
            case .unfenced: throw notReady("the access node has the way to \(record.node) again")
            }
            try await cluster.send(PromotionStore.end)
        }
        try await cluster.asking(promoted: record) { link, row throws(ClusterError) in
            guard row["is_promoted"] == "t" else { return }
            try await cluster.together(PromotionStore.nodeForget, on: link, of: record.node)
        }
        try await cluster.carryOut(Plan([.transaction(PromotionStore.forget)]))
    }

    private func notReady(_ message: String) -> ClusterError {
        ClusterError(message, node: record.node, remedy: "migrate start --promote \(Quoting.word(record.node))")
    }
}
