package import MultiNode
import Postgres

/// The roles of the access node and of each data node, read side by side, and how they differ.
package struct RoleSurvey: Sendable {
    /// What one data node answered.
    package struct Remote: Sendable {
        package let server: ServerIdentity?
        package let roles: [String: DatabaseRole]

        package init(server: ServerIdentity?, _ roles: [DatabaseRole]) {
            self.server = server
            self.roles = Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The access node's, by name.
    package let own: [DatabaseRole]
    package let answers: [Answer<DataNode, Remote>]
    /// The access node's server. A data node on the same server shares its roles.
    package let ownServer: ServerIdentity?
    /// The nodes that each role has grants on, by role; grants to PUBLIC are under the empty name.
    package let grants: [String: Set<String>]

    package var errors: [ClusterError] { answers.compactMap(\.error) }

    /// The nodes that answered and are not on the access node's server, so that they have roles of their own.
    package var remotes: [(node: String, roles: [String: DatabaseRole])] {
        answers.compactMap { answer in
            guard let remote = answer.value, !isOwnServer(remote) else { return nil }
            return (answer.item.name, remote.roles)
        }
    }

    /// One node of each server but the access node's; a change there affects all databases of the server.
    package var servers: [(node: String, roles: [String: DatabaseRole])] {
        var seen = ServerNames()
        return answers.compactMap { answer in
            guard let remote = answer.value, !isOwnServer(remote) else { return nil }
            if let server = remote.server, seen.note(server, answer.item.name) != nil { return nil }
            return (answer.item.name, remote.roles)
        }
    }

    private func isOwnServer(_ remote: Remote) -> Bool {
        guard let server = remote.server, let ownServer else { return false }
        return server.isSame(as: ownServer)
    }

    /// The nodes that a role may use, by its own grants or by those to PUBLIC.
    package func usable(by role: String) -> Set<String> { grants[role, default: []].union(grants[""] ?? []) }

    /// The roles that data nodes need: those that exist on a data node, or may use one by a grant of their own.
    ///
    /// Other roles of the access node may be missing on data nodes without that being a fault.
    package var sharedRoles: [DatabaseRole] {
        own.filter { role in grants[role.name] != nil || remotes.contains { $0.roles[role.name] != nil } }
    }

    /// The roles of the access node that are not among ``sharedRoles``.
    package var localRoles: [DatabaseRole] {
        let shared = Set(sharedRoles.map(\.name))
        return own.filter { !shared.contains($0.name) }
    }

    /// The roles and all roles that they are members of, which must exist before they can be created.
    package func withGroups(_ roles: [DatabaseRole]) -> [DatabaseRole] {
        var names = Set(roles.map(\.name))
        var pending = roles
        while let role = pending.popLast() {
            pending += own.filter { role.memberOf.contains($0.name) && names.insert($0.name).inserted }
        }
        return own.filter { names.contains($0.name) }
    }

    /// The differences from the access node's role, on the nodes that answered.
    package func differences(of role: DatabaseRole) -> [RoleDifference] {
        let nodes = answers.map(\.item.name)
        return remotes.flatMap { role.differences(from: $0.roles[role.name], on: $0.node) }
            + role.usageDifferences(granted: usable(by: role.name), nodes: nodes)
    }
}

extension Cluster {
    /// Reads the roles of the access node and of data nodes.
    package func surveyRoles(on nodes: [DataNode]) async throws(ClusterError) -> RoleSurvey {
        try await surveyRoles(beside: await remoteRoles(on: nodes))
    }

    /// Reads the roles of the access node.
    ///
    /// - Parameter answers: those of the data nodes.
    package func surveyRoles(
        beside answers: [Answer<DataNode, RoleSurvey.Remote>]
    ) async throws(ClusterError) -> RoleSurvey {
        let capabilities = try await capabilities()
        let own = try await roles()
        var grants: [String: Set<String>] = [:]
        for row in try await send(NodeGrants.list).records {
            guard let node = row["node"].flatMap({ $0 }) else { continue }
            grants[row["grantee"].flatMap { $0 } ?? "", default: []].insert(node)
        }
        return RoleSurvey(
            own: own, answers: answers, ownServer: capabilities.server, grants: grants)
    }

    /// Reads the roles of data nodes and which server each is on, side by side, for at most 5 seconds.
    package func remoteRoles(on nodes: [DataNode]) async -> [Answer<DataNode, RoleSurvey.Remote>] {
        await onEach(nodes) { node throws(ClusterError) in
            let own = limited(to: remaining(atMost: .seconds(5)))
            return try await own.meeting(node) { link, state throws(ClusterError) in
                RoleSurvey.Remote(server: state.server, try await own.roles(of: node, on: link))
            }
        }
    }

    /// The roles of the server that a data node is on.
    package func roles(of node: DataNode, on link: any Link) async throws(ClusterError) -> [DatabaseRole] {
        try await send(DatabaseRole.list, on: link, node: node.name, timeout: .seconds(5))
            .records.map { DatabaseRole(row: $0) }
    }
}
