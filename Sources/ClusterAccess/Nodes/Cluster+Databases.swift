package import MultiNode
import Postgres

/// Looking for the databases of data nodes that are no longer where the access node has them.
extension Cluster {
    /// The databases of nodes' servers, by node; nothing for a server that does not tell.
    ///
    /// - Parameters:
    ///   - lost: the nodes whose databases are missing.
    ///   - nodes: all nodes of the cluster.
    package func databases(
        onServersOf lost: [DataNode], among nodes: [DataNode], _ accessNode: Capabilities
    ) async -> [String: ServerDatabases] {
        let answers = await onEach(lost) { node throws(ClusterError) in
            let own = limitedForQuestion()
            return try await own.databases(onServerOf: node, among: nodes, accessNode)
        }
        let pairs = answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Whether the database of a node that the access node still has is gone. It is asked even where the command is
    /// interrupted or has lost its connection, and shortly.
    ///
    /// - Returns: nil where that can't be found out.
    package func hasLostDatabase(_ node: DataNode) async -> Bool? {
        await askingAside { cluster, link in
            guard let rows = try? await cluster.send(DataNode.list, on: link).records else { return nil }
            guard rows.contains(where: { DataNode(row: $0).name == node.name }) else { return false }
            let names = try? await cluster.asking(cluster.address(of: node, "postgres")) { link throws(ClusterError) in
                try await cluster.send(ServerDatabases.query, on: link, node: node.name).rows
            }
            return names.map { !$0.contains { $0.first == node.database } }
        }
    }

    private func databases(
        onServerOf node: DataNode, among nodes: [DataNode], _ accessNode: Capabilities
    ) async throws(ClusterError) -> ServerDatabases {
        // Every server has this database.
        let rows = try await asking(address(of: node, "postgres")) { link throws(ClusterError) in
            try await send(ServerDatabases.query, on: link, node: node.name).rows
        }
        let names = rows.compactMap { $0.first.flatMap { $0 } }
        let claimed = Set(nodes.filter { $0.host == node.host && $0.port == node.port }.map(\.database))
        var unclaimed: [String] = []
        // So many can be asked in the time.
        for name in names.prefix(50) where !claimed.contains(name) {
            let moved = node.moved(to: NodeAddress(host: nil, port: nil, database: name))
            let meeting = try? await asking(ServerAddress(moved)) { link throws(ClusterError) in
                try await recognise(moved, on: link, timeout: remaining(atMost: .seconds(5)))
            }
            if let meeting, meeting.mismatch == nil { unclaimed.append(name) }
        }
        return ServerDatabases(of: node, names, unclaimed: unclaimed, canAlterNode: accessNode.canAlterNode)
    }

    private func address(of node: DataNode, _ database: String) -> ServerAddress {
        var address = ServerAddress(node)
        address.database = database
        return address
    }
}
