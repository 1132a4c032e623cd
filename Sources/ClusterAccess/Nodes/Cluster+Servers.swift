package import MultiNode

extension Cluster {
    /// One node of each server; with `withoutOwn`, none on the access node's own server. What all databases of a server
    /// share, such as roles, must be changed through only one of them, because two would wait for each other forever.
    package func onePerServer(_ nodes: [DataNode], withoutOwn: Bool) async throws(ClusterError) -> [DataNode] {
        let own = try await capabilities().systemIdentifier
        let servers = await probe(nodes).map { ($0.node, $0.systemIdentifier) }
        return Self.onePerServer(servers, without: withoutOwn ? own : nil)
    }

    /// One node of each server, of nodes with the system identifiers of their servers; none on the server `own`.
    package static func onePerServer(
        _ nodes: [(node: DataNode, systemIdentifier: String?)], without own: String? = nil
    ) -> [DataNode] {
        var seen = Set([own].compactMap { $0 })
        // A server that can't be asked from here is identified by its address.
        return DataNode.onePerServer(
            nodes.filter { $0.systemIdentifier.map { seen.insert($0).inserted } ?? true }.map(\.node))
    }
}
