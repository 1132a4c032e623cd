package import ClusterAccess
package import MultiNode
import Postgres

/// Forgets a promotion: the node stays what it is, and the access node never reaches it again.
package struct PromotionEnd: Sendable {
    private let record: PromotionRecord
    private let cluster: Cluster
    private let limits: CutoverLimits

    /// - Parameter record: as it is while no other session is at work on it.
    package init(of record: PromotionRecord, in cluster: Cluster, _ limits: CutoverLimits) {
        self.record = record
        self.cluster = cluster
        self.limits = limits
    }

    /// - Throws: why it must not be ended yet.
    package static func refuse(_ record: PromotionRecord, in cluster: Cluster) async throws(ClusterError) {
        if record.isEnding || record.verifiedAt != nil { return }
        // Without its entry there is nothing to compare any more.
        guard try await cluster.nodes().contains(where: { $0.name == record.node }) else { return }
        throw ClusterError(
            "\(record.node) was not verified since it is on its own", node: record.node,
            remedy: "'migrate verify' compares it with the other nodes, row for row")
    }

    /// The plan, by place, in its order; nothing of what was done already.
    package func preview() async throws(ClusterError) -> (first: Plan, node: Plan, last: Plan) {
        var (isKnown, fence): (Bool, [SQL]) = (false, [])
        if try await hasEntry() {
            isKnown = try await cluster.asking(promoted: record) { _, row throws(ClusterError) in
                row["is_promoted"] == "t"
            }
            if !record.isEnding { try await refuse(isPromoted: isKnown) }
            if try await !cluster.isFenced(record) {
                fence = try await hold() + [PromotionScript.fencing(record, try await cluster.capabilities())]
            }
        }
        return (
            record.isEnding ? Plan() : Plan([.transaction(PromotionStore.hold + [PromotionStore.end])]),
            isKnown ? Plan([.transaction(PromotionStore.nodeForget)]) : Plan(),
            Plan([.transaction(PromotionStore.hold + fence + PromotionStore.forget)])
        )
    }

    /// Killed anywhere, the next run goes on.
    ///
    /// - Returns: what is left to do by hand.
    package func run() async throws(ClusterError) -> [String] {
        guard try await hasEntry() else {
            try await cluster.fence(record, behind: [], PromotionStore.forget)
            return [
                "the entry of \(record.node) was deleted: there, 'DROP SCHEMA tscl_migrate CASCADE' removes what is recorded"
            ]
        }
        try await cluster.claiming(record, waiting: limits.lockTimeout) { link, row throws(ClusterError) in
            var record = record
            record.isEnding = try await cluster.changing(record) { now throws(ClusterError) in
                if now.isEnding { return true }
                try await Self.refuse(now, in: cluster)
                try await refuse(isPromoted: row["is_promoted"] == "t")
                try await cluster.send(PromotionStore.end)
                return true
            }
            if row["is_promoted"] == "t" {
                try await cluster.together(PromotionStore.nodeForget, on: link, of: record.node)
            }
            // Somebody may have given the access node the way again: what it drops it would drop there, for ever.
            try await cluster.fence(record, behind: try await hold(), PromotionStore.forget)
        }
        return []
    }

    private func hasEntry() async throws(ClusterError) -> Bool {
        try await cluster.nodes().contains { $0.name == record.node }
    }

    /// What keeps everybody from the tables that the access node still has.
    private func hold() async throws(ClusterError) -> [SQL] {
        let tables = try await cluster.tables(of: record).compactMap(\.here)
        if tables.isEmpty { return [] }
        return CutoverHold.statements(
            tables, .againstAll, waiting: limits.lockTimeout, limit: limits.maxPause + .seconds(5))
    }

    private func refuse(isPromoted: Bool) async throws(ClusterError) {
        guard isPromoted else { throw notReady("\(record.node) is not on its own yet") }
        guard try await cluster.isFenced(record) else {
            throw notReady("the access node has the way to \(record.node) again")
        }
    }

    private func notReady(_ message: String) -> ClusterError {
        ClusterError(message, node: record.node, remedy: "migrate start --promote \(Quoting.word(record.node))")
    }
}
