import MultiNode
import Postgres

/// Who keeps a command waiting, as connections of their own find out, which the command's do not hold up.
package enum Silence: Sendable {
    /// The access node opens no further connection, or does not answer on it.
    case accessNode(ClusterError)
    /// Data nodes that are not up, as ``Probe/nodeState`` has it; none if all are, or answer late.
    case nodes([Probe])
    /// The questions were interrupted.
    case unknown
}

extension Cluster {
    /// Finds out which servers do not answer. Nodes that are marked unavailable are passed over, as the access node does.
    ///
    /// - Parameter limit: for what they are asked at first; those that do not answer in it are asked once more for as long.
    package func silence(within limit: Duration) async -> Silence {
        let other = await connection.another()
        let own = Cluster(other, listener: QuietListener(listener)).limited(to: limit)
        let silence = await own.search(within: limit)
        await other.disconnect()
        return silence
    }

    private func search(within limit: Duration) async -> Silence {
        let nodes: [DataNode]
        do throws(ClusterError) {
            // Half of the time is for the data nodes.
            nodes = try await limited(to: limit / 2).nodes()
        } catch {
            return error.isSilence ? .accessNode(error) : .unknown
        }
        let probes = await probeBothWays(nodes.filter(\.isAvailable), timeout: remaining(atMost: limit))
        let signs = await lifeSigns(behind: probes, patience: limit)
        if Task.isCancelled { return .unknown }
        if let error = signs.accessNode { return .accessNode(error) }
        let silent = Set(signs.silent.map(\.node.name))
        return .nodes(probes.filter { $0.nodeState == .refused || silent.contains($0.node.name) })
    }
}
