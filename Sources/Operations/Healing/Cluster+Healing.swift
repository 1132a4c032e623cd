package import ClusterAccess
package import MultiNode

extension Cluster: HealingSite {
    package func heal(
        _ node: DataNode, by statement: SQL, within limit: Duration
    ) async throws(ClusterError) -> HealingAnswer {
        let collector = WarningCollector(listener)
        let own = Cluster(connection, listener: collector, deadline: limited(to: limit).deadline)
        // Many nodes are healed over few sessions, of which each takes longer to begin than a node to be healed.
        return try await own.aside(keeping: connection.kept) { link throws(ClusterError) in
            try await own.prove(node, on: link)
            Turn.noteAnswer()
            let ended = try await own.send(statement, on: link).value.flatMap { Int($0) } ?? 0
            return HealingAnswer(ended: ended, warnings: collector.warnings)
        }
    }

    package func preparedCount(on node: DataNode, within limit: Duration) async throws(ClusterError) -> Int {
        let own = limited(to: limit)
        return try await own.meeting(node, timeout: limit, asking: [InDoubtTransaction.list]) {
            _, _, answers throws(ClusterError) in
            let prepared = try answers[0].get().records.map { InDoubtTransaction(row: $0) }
            // Others are not TimescaleDB's, and not healed.
            return prepared.count { $0.gid.hasPrefix("ts-") }
        }
    }
}
