package import ClusterAccess
package import MultiNode

extension Cluster {
    /// What is left on nodes of copies that the access node has no record of any more.
    ///
    /// - Returns: of each node, by name; and why nodes could not be looked at.
    package func copyStrays(
        on nodes: [DataNode]
    ) async throws(ClusterError) -> (strays: [(node: DataNode, strays: [CopyStray])], failures: [ClusterError]) {
        // All slots before all subscriptions: one that is made meanwhile is not taken for nobody's.
        let slots = await answers(of: nodes, CopyTraces.slots)
        let rest = await answers(of: nodes, CopyTraces.query)
        var traces: [String: CopyTraces] = [:]
        for (slots, rest) in zip(slots, rest) {
            guard let slots = slots.value, let row = rest.value?.first else { continue }
            var found = CopyTraces()
            found.take(slots: slots)
            found.take(row)
            traces[rest.item.name] = found
        }
        // A record is there before what it is of.
        let operations = try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0).operation }
        let strays = CopyTraces.strays(in: traces, besides: Set(operations), isWhole: traces.count == nodes.count)
        let failures = zip(slots, rest).compactMap { $0.error ?? $1.error }
        return (nodes.compactMap { node in strays[node.name].map { (node, $0) } }, failures)
    }

    private func answers(of nodes: [DataNode], _ question: SQL) async -> [Answer<DataNode, [[String: String?]]>] {
        await onEach(nodes) { node throws(ClusterError) in
            try await asking(node) { link throws(ClusterError) in
                try await send(question, on: link, node: node.name, timeout: .seconds(5)).records
            }
        }
    }

    /// Drops what is left there.
    package func drop(_ strays: [CopyStray], on node: DataNode) async throws(ClusterError) {
        try await asking(node) { link throws(ClusterError) in
            for statement in strays.flatMap(\.dropping) {
                try await send(statement, on: link, node: node.name, timeout: .seconds(60))
            }
        }
    }
}
