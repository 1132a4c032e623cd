package import MultiNode
package import Postgres

/// The roles of the access node and of each data node, read side by side, and how they differ.
package struct RoleSurvey: Sendable {
    /// What one data node answered.
    package struct Remote: Sendable {
        package let server: ServerIdentity?
        package let roles: [String: DatabaseRole]
        /// Whether names are among them that are in another encoding, and stand with `\xE9` in them.
        package let areOdd: Bool

        package init(server: ServerIdentity?, _ roles: [DatabaseRole], areOdd: Bool = false) {
            self.server = server
            self.areOdd = areOdd
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
    /// As which roles of the data nodes the access node's go there.
    package let mappings: UserMappings

    package var errors: [ClusterError] { answers.compactMap(\.error) }

    /// The nodes that answered and are not on the access node's server, so that they have roles of their own.
    package var remotes: [(node: String, roles: [String: DatabaseRole])] {
        answers.compactMap { answer in
            guard let remote = answer.value, !isOwnServer(remote) else { return nil }
            return (answer.item.name, remote.roles)
        }
    }

    /// One node of each server but the access node's; a change there affects all databases of the server.
    package var servers: [(node: String, roles: [String: DatabaseRole])] { servers { _ in true } }

    /// One node of each server on which a role is the one of the same name, by no user mapping another.
    package func servers(with role: String) -> [(node: String, roles: [String: DatabaseRole])] {
        servers { mappings.target(of: role, on: $0) == .same }
    }

    private func servers(
        where isConcerned: (String) -> Bool
    ) -> [(node: String, roles: [String: DatabaseRole])] {
        var seen = ServerNames()
        return answers.compactMap { answer in
            guard let remote = answer.value, !isOwnServer(remote), isConcerned(answer.item.name) else { return nil }
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
        let remotes = remotes
        return own.filter { role in
            grants[role.name] != nil || mappings.hasOwn(role.name) || remotes.contains { $0.roles[role.name] != nil }
        }
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
        let byName = Dictionary(own.map { ($0.name, $0) }) { first, _ in first }
        while let role = pending.popLast() {
            pending += role.memberOf.compactMap { byName[$0] }.filter { names.insert($0.name).inserted }
        }
        return own.filter { names.contains($0.name) }
    }

    /// A role of the access node as a node has it, under the name that it has there.
    package func role(_ name: String, on answer: Answer<DataNode, Remote>) -> DatabaseRole? {
        mappings.name(of: name, on: answer.item.name).flatMap { answer.value?.roles[$0] }
    }

    /// The differences from the access node's role, on the nodes that answered.
    package func differences(of role: DatabaseRole) -> [RoleDifference] {
        let nodes = answers.map(\.item.name)
        let found = answers.flatMap { answer -> [RoleDifference] in
            guard let remote = answer.value else { return [] }
            let target = mappings.target(of: role.name, on: answer.item.name)
            // On the access node's own server a role of the same name is the same role.
            if isOwnServer(remote), target == .same { return [] }
            return role.differences(from: self.role(role.name, on: answer), on: answer.item.name, as: target)
        }
        return found
            + role.usageDifferences(granted: usable(by: role.name), nodes: nodes)
    }
}

extension RoleSurvey {
    /// What the access node is asked for it.
    package static let questions: [SQL] = [DatabaseRole.list, NodeGrants.list, UserMappings.list]

    /// - Parameters:
    ///   - lists: the answers to ``questions``.
    ///   - answers: those of the data nodes.
    package init(
        _ lists: [Result<QueryResult, ClusterError>], beside answers: [Answer<DataNode, Remote>],
        on accessNode: Capabilities
    ) throws(ClusterError) {
        var grants: [String: Set<String>] = [:]
        for row in try lists[1].get().records {
            guard let node = row["node"].flatMap({ $0 }) else { continue }
            grants[row["grantee"].flatMap { $0 } ?? "", default: []].insert(node)
        }
        self.init(
            own: try lists[0].get().roles, answers: answers,
            ownServer: accessNode.server, grants: grants, mappings: UserMappings(try lists[2].get().records))
    }
}

extension Cluster {
    /// Reads the roles of the access node and of data nodes.
    package func surveyRoles(on nodes: [DataNode]) async throws(ClusterError) -> RoleSurvey {
        let capabilities = try await capabilities()
        async let lists = result { () throws(ClusterError) in try await ask(RoleSurvey.questions) }
        let answers = await remoteRoles(on: nodes)
        return try RoleSurvey(try await lists.get(), beside: answers, on: capabilities)
    }

    /// As which roles of the data nodes the access node's go there.
    package func userMappings() async throws(ClusterError) -> UserMappings {
        UserMappings(try await send(UserMappings.list).records)
    }

    /// Reads the roles of data nodes and which server each is on, side by side, for at most 5 seconds.
    package func remoteRoles(on nodes: [DataNode]) async -> [Answer<DataNode, RoleSurvey.Remote>] {
        await onEach(nodes) { node throws(ClusterError) in
            let own = limitedForQuestion()
            return try await own.meeting(
                node, keeping: own.connection.kept, asking: [DatabaseRole.list]
            ) { _, state, answers throws(ClusterError) in
                let answer = try answers[0].get()
                return RoleSurvey.Remote(
                    server: state.server, answer.unsortedRoles, areOdd: answer.undecodedColumn != nil)
            }
        }
    }
}
