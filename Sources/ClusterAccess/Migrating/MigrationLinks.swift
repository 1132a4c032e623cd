package import MultiNode
import Platform
import Postgres

/// The connections that the chunks of a migration are copied over, kept from chunk to chunk.
package struct MigrationLinks: Sendable {
    private let cluster: Cluster
    private let target: MigrationTarget
    private let nodes: [String: DataNode]
    private let kept = KeptLinks()
    private let keptOfTarget = KeptLinks()
    /// The nodes that could not be reached: what has waited for one once does not wait again.
    private let unreached = Lock<[String: ClusterError]>([:])

    /// - Parameter nodes: those that may be asked.
    package init(_ cluster: Cluster, _ target: MigrationTarget, nodes: [DataNode]) {
        self.cluster = cluster
        self.target = target
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Does work over a connection to a data node. Where the work throws, the connection is closed, and with it goes what
    /// the work has begun.
    package func asking<Answer>(
        _ name: String, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        guard let node = nodes[name] else { throw ClusterError(gone: name) }
        if let error = unreached.withLock({ $0[name] }) { throw error }
        do throws(ClusterError) {
            return try await cluster.asking(node, keeping: kept, timeout: .seconds(10), work)
        } catch {
            if error.node == name, error.kind == .connectionFailed || error.isOfOpening {
                unreached.withLock { $0[name] = error }
            }
            throw error
        }
    }

    /// Does work over a connection to the target, likewise.
    package func writing<Answer>(
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await target.aside(keeping: keptOfTarget, work)
    }

    package func close() async {
        await kept.close()
        await keptOfTarget.close()
    }
}
