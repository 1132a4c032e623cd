package import MultiNode
import Postgres

extension Cluster {
    /// The servers of nodes, as they tell from here; those that a connection is kept to have told a moment ago.
    package func servers(of nodes: [DataNode]) async -> [(node: DataNode, server: ServerIdentity?)] {
        let known = await connection.kept.servers(of: nodes)
        let others = await probe(nodes.filter { known[$0.name] == nil }, keeping: connection.kept)
        return nodes.map { node in
            (node, known[node.name] ?? others.first { $0.node.name == node.name }?.server)
        }
    }

    /// The servers of nodes, with those that the access node finds out of nodes that did not tell from here: two
    /// addresses may lead to one server, on which a transaction that changes its roles twice would wait for itself.
    ///
    /// - Parameter own: the access node's server, if it is changed in the same transaction.
    package func completing(
        _ servers: [(node: DataNode, server: ServerIdentity?)], besides own: ServerIdentity? = nil
    ) async -> [(node: DataNode, server: ServerIdentity?)] {
        let unknown = servers.filter { $0.server == nil && $0.node.isAvailable }.map(\.node)
        guard !unknown.isEmpty, servers.count > 1 || own != nil, let capabilities = try? await capabilities() else {
            return servers
        }
        let quiet = Cluster(
            connection, listener: QuietListener(listener), deadline: limitedForQuestion().deadline)
        let answers = await quiet.sideBySide(unknown, named: \.name, parallel: 8, patience: nil) {
            node throws(ClusterError) in
            try await quiet.aside { link throws(ClusterError) -> ServerIdentity? in
                do throws(ClusterError) {
                    try await quiet.send(NodeServer.question(to: node, capabilities), on: link)
                    return nil
                } catch {
                    return NodeServer.server(sqlstate: error.sqlstate, message: error.message)
                }
            }
        }
        return servers.map { node, server in
            (node, server ?? answers.first { $0.item.name == node.name }?.value ?? nil)
        }
    }
}
