package import ClusterAccess
package import MultiNode

/// A cluster, as far as healing needs it.
package protocol HealingSite: Sendable {
    /// Sends a statement that heals one node to the access node, over a connection of its own, once
    /// what the access node reaches is proved to be that node: what another cluster has prepared would be undone.
    func heal(
        _ node: DataNode, by statement: SQL, within limit: Duration, _ report: StepReport
    ) async throws(ClusterError) -> HealingAnswer

    /// Opens a direct connection to a data node while the access node heals it; nil where that can't be had by now.
    func approach(_ node: DataNode, within limit: Duration) async -> (any Link)?

    /// Asks a data node how many distributed transactions are prepared there.
    ///
    /// - Parameter way: a connection to it, which is closed then; nil where one is to be opened.
    func preparedCount(
        on node: DataNode, over way: (any Link)?, within limit: Duration
    ) async throws(ClusterError) -> Int
}

extension HealingSite {
    package func approach(_ node: DataNode, within limit: Duration) async -> (any Link)? { nil }
}

/// What the access node said of healing one node.
package struct HealingAnswer: Sendable, Equatable {
    /// How many transactions it ended.
    package let ended: Int
    /// What the server warned of: one for each that it had decided about and could not end.
    package let warnings: [String]

    package init(ended: Int, warnings: [String] = []) {
        self.ended = ended
        self.warnings = warnings
    }

    /// - Parameter before: how many were ended at an earlier attempt.
    func adding(_ before: Int) -> HealingAnswer { HealingAnswer(ended: before + ended, warnings: warnings) }
}
