import ClusterAccess
import MultiNode

/// Who may use which data node by a grant of their own, read before grants are changed.
struct NodeUsage {
    /// By node.
    private var granted: [String: Set<NodeGrants.Grantee>] = [:]
    /// The roles of the access node.
    private let roles: Set<String>

    init(_ cluster: Cluster) async throws {
        for row in try await cluster.send(NodeGrants.list).records {
            guard let node = row["node"].flatMap({ $0 }) else { continue }
            let grantee = try row["grantee"].flatMap { $0 }.map { name throws(MultiNodeError) in try RoleName(name) }
            granted[node, default: []].insert(grantee.map(NodeGrants.Grantee.role) ?? .public)
        }
        roles = Set(try await cluster.roles().map(\.name))
    }

    /// What is to be sent: nodes that lack the same grants together.
    func changes(
        grants: Bool, on nodes: [String], _ grantees: [NodeGrants.Grantee]
    ) -> [(nodes: [String], grantees: [NodeGrants.Grantee])] {
        var changes: [(nodes: [String], grantees: [NodeGrants.Grantee])] = []
        for node in nodes {
            let needed = grantees.filter { !isSo($0, node, grants) }
            if needed.isEmpty { continue }
            if let index = changes.firstIndex(where: { $0.grantees == needed }) {
                changes[index].nodes.append(node)
            } else {
                changes.append(([node], needed))
            }
        }
        return changes
    }

    /// What is so already, a line for each grantee.
    func unchanged(grants: Bool, on nodes: [String], _ grantees: [NodeGrants.Grantee]) -> [String] {
        grantees.compactMap { grantee in
            let same = nodes.filter { isSo(grantee, $0, grants) }
            if same.isEmpty { return nil }
            let names = same.listed
            if grants { return "\(grantee.shownName) may use \(names)" }
            let open = same.filter { granted[$0]?.contains(.public) ?? false }
            let rest = open.isEmpty || grantee == .public ? "" : "; public may use \(open.listed)"
            return "\(grantee.shownName) has no grant of its own of \(names)\(rest)"
        }
    }

    /// Of a role that is not there the server says so.
    private func isSo(_ grantee: NodeGrants.Grantee, _ node: String, _ grants: Bool) -> Bool {
        let isGranted = granted[node]?.contains(grantee) ?? false
        if case .role(let name) = grantee, !grants, !roles.contains(name.text) { return false }
        return isGranted == grants
    }
}

extension NodeGrants.Grantee {
    var shownName: String {
        switch self {
        case .role(let name): name.text
        case .public: "public"
        }
    }
}
