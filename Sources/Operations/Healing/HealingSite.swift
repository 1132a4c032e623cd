package import ClusterAccess
package import MultiNode

/// A cluster, as far as healing needs it.
package protocol HealingSite: Sendable {
    /// Sends a statement that heals one node to the access node, over a connection of its own.
    ///
    /// - Returns: how many transactions it ended.
    func heal(by statement: SQL, within limit: Duration) async throws(ClusterError) -> Int

    /// Asks a data node how many distributed transactions are prepared there.
    func preparedCount(on node: DataNode, within limit: Duration) async throws(ClusterError) -> Int
}
