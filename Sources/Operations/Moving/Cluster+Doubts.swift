package import ClusterAccess
package import MultiNode

extension Cluster {
    /// Heals nodes before chunks are moved: what a stopped access node has left prepared, copies wait for without an end.
    /// What is still in progress is let be.
    ///
    /// - Parameter sessions: how many of the access node's there may be at once, the command's own among them.
    /// - Returns: what came of it, by node.
    package func healDoubts(
        on nodes: [DataNode], over sessions: Int
    ) async throws(ClusterError) -> [(node: String, result: HealResult)] {
        guard !nodes.isEmpty else { return [] }
        let capabilities = try await capabilities()
        try await send(Healing.advance)
        let limit = remaining(atMost: .seconds(30))
        let parallel = max(1, sessions - 1)
        let healing = HealingSessions(
            parallel, nodes: nodes.count,
            patience: Turn.patience(nodes.count, parallel: parallel, until: .now + limit))
        let site = ClusterHealing(self, over: healing)
        let answers = await sideBySide(nodes, named: \.name) { node throws(ClusterError) in
            try await HealStep(node, capabilities, within: limit, at: site).run(.unheard)
        }
        return answers.map { answer in
            switch answer.result {
            case .success(let result): (answer.item.name, result)
            case .failure(let error): (answer.item.name, HealResult(error))
            }
        }
    }

    /// What nodes still hold prepared, by their names: another session may have ended what was in doubt a moment ago. One
    /// that does not answer is not among them.
    package func prepared(on nodes: [DataNode]) async -> [String: Set<String>] {
        let own = quiet.limitedForQuestion()
        let answers = await own.sideBySide(nodes, named: \.name) { node throws(ClusterError) in
            try await own.asking(node, timeout: .seconds(5)) { link throws(ClusterError) in
                try await own.send(PreparedWriter.gids, on: link, node: node.name, timeout: .seconds(5)).records
                    .compactMap { $0["gid"] ?? nil }
            }
        }
        return Dictionary(answers.compactMap { answer in answer.value.map { (answer.item.name, Set($0)) } }) {
            first, _ in
            first
        }
    }
}
