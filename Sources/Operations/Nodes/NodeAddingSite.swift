package import ClusterAccess
package import MultiNode

/// Where data nodes are added.
package protocol NodeAddingSite: Sendable {
    /// Sends the plan that adds one node to the access node, over a connection of its own.
    func addNode(by plan: Plan) async throws(ClusterError)

    /// Whether the access node has a data node of this name. It may be asked after the time for the whole is over, and
    /// limits the time for its answer itself.
    func hasNode(_ name: String) async throws(ClusterError) -> Bool
}
