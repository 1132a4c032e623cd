package import ClusterAccess
package import MultiNode

/// A cluster, as far as adding nodes needs it.
package protocol NodeAddingSite: Sendable {
    /// Sends the plan that adds one node to the access node, over a connection of its own.
    func addNode(by plan: Plan) async throws(ClusterError)

    /// Whether the access node has a data node of this name. It sets its own time limit, because it may be called when
    /// the time for the whole command is over.
    func hasNode(_ name: String) async throws(ClusterError) -> Bool
}
