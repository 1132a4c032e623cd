package import ClusterAccess
package import MultiNode

/// Adds one data node to the cluster.
package struct NodeAddStep: Step {
    package let name: String
    /// `host:port`, as it was given.
    package let place: String
    package let plan: Plan
    /// The server, as it was checked before; nil where it was not.
    package var candidate: NodeCandidate?
    /// Whether the server was seen to have no database of the node's name.
    package var lackedDatabase = false
    /// Whether the node was in the node list, which is read once for all steps.
    private let isPresent: Bool
    private let ifNotExists: Bool
    private let site: any NodeAddingSite

    /// - Parameter isPresent: whether the node is in the node list already. The server refuses it, unless
    ///   `ifNotExists`.
    package init(_ node: NewNode, _ capabilities: Capabilities, isPresent: Bool, at site: any NodeAddingSite) {
        name = node.name.text
        place = node.host + (node.port.map { ":\($0)" } ?? "")
        plan = isPresent && node.ifNotExists ? Plan() : Nodes.add(node, capabilities)
        self.isPresent = isPresent
        ifNotExists = node.ifNotExists
        self.site = site
    }

    package func isNeeded() -> Bool { !(isPresent && ifNotExists) }

    package func run(_ report: StepReport) async throws(ClusterError) { try await site.addNode(by: plan) }

    package func result(after error: ClusterError) async throws(ClusterError) -> Void? {
        // This step did not add a node that was there before.
        if isPresent { return nil }
        return try await site.hasNode(name) ? () : nil
    }
}
