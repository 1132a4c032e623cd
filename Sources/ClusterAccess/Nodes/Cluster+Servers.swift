package import MultiNode

extension Cluster {
    /// One node of each server; with `withoutOwn`, none on the access node's own server. What all databases of a server
    /// share, such as roles, must be changed through only one of them, because two would wait for each other forever.
    package func onePerServer(_ nodes: [DataNode], withoutOwn: Bool) async throws(ClusterError) -> [DataNode] {
        let own = try await capabilities().systemIdentifier
        let probes = await probe(nodes)
        var seen: Set<String> = []
        if withoutOwn, let own { seen.insert(own) }
        // A server that can't be asked from here is identified by its address.
        return DataNode.onePerServer(
            zip(nodes, probes).filter { _, probe in
                probe.systemIdentifier.map { seen.insert($0).inserted } ?? true
            }.map(\.0))
    }
}
