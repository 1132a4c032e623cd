package import ClusterAccess
package import MultiNode

extension Cluster: NodeAddingSite {
    private static let longestAdding: Duration = .seconds(300)

    package func addNode(by plan: Plan) async throws(ClusterError) {
        // The server is no node yet, whose signs of life are looked for.
        let own = deadline == nil ? limited(to: Self.longestAdding) : self
        try await own.aside(keeping: connection.kept) { link throws(ClusterError) in
            for statement in plan.statements { try await own.send(statement, on: link) }
        }
    }

    package func hasNode(_ name: String) async throws(ClusterError) -> Bool {
        try await limited(to: .seconds(5)).nodes().contains { $0.name == name }
    }
}
