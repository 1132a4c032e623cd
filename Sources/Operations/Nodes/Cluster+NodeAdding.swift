package import ClusterAccess
package import MultiNode

extension Cluster: NodeAddingSite {
    package func addNode(by plan: Plan) async throws(ClusterError) {
        try await aside { link throws(ClusterError) in
            for statement in plan.statements { try await send(statement, on: link) }
        }
    }

    package func hasNode(_ name: String) async throws(ClusterError) -> Bool {
        try await limited(to: .seconds(5)).nodes().contains { $0.name == name }
    }
}
