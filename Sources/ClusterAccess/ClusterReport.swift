package import MultiNode
import Postgres

/// A cluster as it is now: what `status` shows, and what tells whether it is healthy.
package struct ClusterReport: Sendable {
    package let capabilities: Capabilities
    /// Empty where the server can't have data nodes.
    package let probes: [Probe]
    /// Nil where the server can't have data nodes.
    package let counts: ClusterCounts?
    package let healingJob: Job?

    /// Asks all nodes side by side; one that fails is a part of the report.
    package init(of cluster: Cluster) async throws(ClusterError) {
        capabilities = try await cluster.server()
        guard capabilities.refusal == nil else {
            probes = []
            counts = nil
            healingJob = nil
            return
        }
        let nodes = try await cluster.nodes()
        probes = await cluster.probe(nodes, timeout: cluster.remaining(atMost: .seconds(5)) * 4 / 5)
        // What a signal kept from being asked is no state.
        if Task.isCancelled { throw .interrupted }
        let counted = try await cluster.send(ClusterCounts.query(capabilities))
        counts = ClusterCounts(row: counted.records.first ?? [:])
        healingJob = try await cluster.healingJob()
    }

    /// How many transactions are in doubt on the nodes that told.
    package var inDoubt: Int { probes.compactMap(\.inDoubt).reduce(0, +) }

    /// How many nodes did not tell.
    package var silent: Int { probes.count { $0.inDoubt == nil } }

    /// What is not as it should be, in a few words each.
    package var faults: [String] {
        var faults = probes.filter { $0.state != .up || !$0.node.isAvailable }.map {
            "\($0.node.name) (\($0.state == .up ? "unavailable" : $0.state.rawValue))"
        }
        if inDoubt > 0 { faults.append("\(inDoubt) in doubt") }
        if let count = counts?.underReplicated, count > 0 { faults.append("\(count) under-replicated") }
        return faults
    }

    package var isHealthy: Bool { capabilities.refusal == nil && faults.isEmpty }
}
