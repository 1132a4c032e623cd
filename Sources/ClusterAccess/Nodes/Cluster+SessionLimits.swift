package import MultiNode
import Postgres

extension Cluster {
    /// The limits that the access node's sessions have on a data node, where this role works on it.
    ///
    /// - Returns: none where there is no such node.
    package func limits(onNode name: String) async throws(ClusterError) -> [SessionLimit] {
        let nodes = try await nodes()
        guard let node = nodes.first(where: { $0.name == name }) else { return [] }
        let user = try await capabilities().user
        let role = try await userMappings().name(of: user, on: name) ?? user
        return try await asking(node) { link throws(ClusterError) in
            SessionLimit.list(try await send(SessionLimit.query(role: role), on: link, node: name).records)
        }
    }
}
