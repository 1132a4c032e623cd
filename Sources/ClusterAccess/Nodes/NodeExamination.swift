package import MultiNode

/// What `check` learns of one node, over one connection.
package enum NodeExamination: Sendable {
    /// What answers at the node's address is not the node; it is asked nothing else.
    case stranger(Finding)
    /// The node, and the roles of its server, which it may refuse to tell.
    case node(ServerInspection, Result<RoleSurvey.Remote, ClusterError>)

    package var transactions: [InDoubtTransaction] {
        if case .node(let inspection, _) = self { inspection.transactions } else { [] }
    }
}

extension Cluster {
    /// Examines a node, for at most 5 seconds in all.
    ///
    /// - Parameters:
    ///   - accessNode: the access node's server.
    ///   - clock: the access node's.
    package func examine(
        _ node: DataNode, beside accessNode: Capabilities, _ clock: ClockReading
    ) async throws(ClusterError) -> NodeExamination {
        let own = limited(to: remaining(atMost: .seconds(5)))
        return try await own.asking(ServerAddress(node)) { link throws(ClusterError) in
            let inspection = try await own.inspect(link, node: node.name, timeout: .seconds(5))
            let check = inspection.check(node.name, beside: accessNode, clock)
            let stranger = ClusterCheck.identity(
                of: node, isAccessNode: check.isAccessNode, server: inspection.server, accessNode: accessNode)
            if let stranger { return .stranger(stranger) }
            do throws(ClusterError) {
                let roles = try await own.roles(of: node, on: link)
                let server = inspection.server.systemIdentifier
                return .node(inspection, .success(RoleSurvey.Remote(systemIdentifier: server, roles)))
            } catch {
                return .node(inspection, .failure(error))
            }
        }
    }
}
