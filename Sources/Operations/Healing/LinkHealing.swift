import ClusterAccess
import MultiNode

/// A cluster whose nodes are healed over one session of its access node, one by one.
struct LinkHealing: HealingSite {
    let cluster: Cluster
    /// To the access node, with no transaction open.
    let link: any Link

    func heal(
        _ node: DataNode, by statement: SQL, within limit: Duration, _ report: StepReport
    ) async throws(ClusterError) -> HealingAnswer {
        let collector = WarningCollector(cluster.listener)
        let own = Cluster(cluster.connection, listener: collector, deadline: .now + limit)
        try await own.prove(node, isToHeal: true, on: link)
        let ended = try await own.send(statement, on: link).value.flatMap { Int($0) } ?? 0
        return HealingAnswer(ended: ended, warnings: collector.warnings)
    }

    func preparedCount(
        on node: DataNode, over way: (any Link)?, within limit: Duration
    ) async throws(ClusterError) -> Int {
        try await cluster.preparedCount(on: node, over: way, within: limit)
    }
}
