package import MultiNode

extension Cluster {
    /// What other nodes have of chunks that are lost with one: tables of copies that never ended.
    ///
    /// - Parameter nodes: the others.
    /// - Returns: also the names of those that could not be asked.
    package func remnants(
        of lost: [LostChunk], on nodes: [DataNode]
    ) async -> (remnants: [LostRemnant], unasked: [String]) {
        guard !lost.isEmpty else { return ([], []) }
        let own = quiet.limitedForQuestion(atMost: .seconds(10))
        let answers = await own.onEach(nodes) { node throws(ClusterError) in
            try await own.asking(node) { link throws(ClusterError) in
                try await own.send(LostRemnant.query(of: lost), on: link, node: node.name).records
                    .map { LostRemnant(row: $0, on: node.name) }
            }
        }
        return (answers.flatMap { $0.value ?? [] }, answers.filter { $0.error != nil }.map(\.item.name))
    }
}
