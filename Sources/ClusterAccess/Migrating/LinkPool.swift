import Platform
import Postgres

/// Connections that are kept from one piece of work to the next: a session of TimescaleDB costs more to begin than many a
/// chunk to copy.
package actor LinkPool {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

    private let cluster: Cluster
    private let target: MigrationTarget
    private let nodes: [String: ServerAddress]
    private var idle: [String?: [any Link]] = [:]
    private var isClosed = false
    /// The nodes that could not be reached: what has waited for one once does not wait again.
    private var unreached: [String: ClusterError] = [:]

    /// - Parameter nodes: those that may be asked, by name.
    package init(_ cluster: Cluster, _ target: MigrationTarget, nodes: [String: ServerAddress]) {
        self.cluster = cluster
        self.target = target
        self.nodes = nodes
    }

    /// Does work over a connection to a data node, or to the target, which is idle in between. Where the work throws, the
    /// connection is closed, and with it goes what the work has begun.
    ///
    /// - Parameter node: nil for the target.
    package nonisolated func with<Answer>(
        _ node: String?, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let link = try await take(node)
        do throws(ClusterError) {
            let answer = try await work(link)
            await keep(link, of: node)
            return answer
        } catch {
            await link.close()
            await end(using: link, of: node)
            throw error
        }
    }

    private func take(_ node: String?) async throws(ClusterError) -> any Link {
        while let link = idle[node]?.popLast() {
            guard await link.isOpen else {
                await end(using: link, of: node)
                continue
            }
            return link
        }
        guard let node else {
            let link = try await target.openAnother()
            await target.cluster.connection.begin(using: link)
            return link
        }
        guard let address = nodes[node] else { throw ClusterError(gone: node) }
        if let error = unreached[node] { throw error }
        do throws(ClusterError) {
            let link = try await cluster.connection.openDirectly(address, for: cluster, timeout: .seconds(10))
            await cluster.connection.begin(asking: node)
            return link
        } catch {
            if error.isSilence { unreached[node] = error }
            throw error
        }
    }

    private func keep(_ link: any Link, of node: String?) async {
        guard !isClosed, await link.transactionStatus == .idle else {
            await link.close()
            await end(using: link, of: node)
            return
        }
        idle[node, default: []].append(link)
    }

    private func end(using link: any Link, of node: String?) async {
        if let node {
            await cluster.connection.end(asking: node)
        } else {
            await target.cluster.connection.end(using: link)
        }
    }

    package func close() async {
        isClosed = true
        for (node, links) in idle {
            for link in links {
                await link.close()
                await end(using: link, of: node)
            }
        }
        idle = [:]
    }
}
