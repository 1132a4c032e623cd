import ClusterAccess
import CommandLanguage
import MultiNode

/// The servers that a role command works on, and the roles that are there.
struct RolePlaces {
    struct Place {
        /// Nil for the access node.
        let node: String?
        /// By name; an error where the node could not be asked.
        let roles: Result<[String: DatabaseRole], ClusterError>
        /// Whether an open transaction may have changed them: what it did on a node is seen by no other session.
        let mayHaveChanged: Bool

        var name: String { node ?? "the access node" }

        /// The role as it is there, nil in it if it is not; nil if that is not known.
        func role(_ name: String) -> DatabaseRole?? {
            guard !mayHaveChanged, let roles = try? roles.get() else { return nil }
            return .some(roles[name])
        }
    }

    let scope: Roles.Scope
    let places: [Place]

    /// Asks each node once: its roles tell which server it is, too.
    init(_ arguments: Arguments, among nodes: [DataNode], _ context: CommandContext) async throws {
        let cluster = context.cluster
        var remotes: [Answer<DataNode, RoleSurvey.Remote>] = []
        scope = try await RoleScopeOptions.scope(arguments, among: nodes, context) { selected in
            remotes = await cluster.remoteRoles(on: selected)
            return remotes.map { ($0.item, $0.value?.server) }
        }
        let isInTransaction = await cluster.connection.transaction != .none
        var places: [Place] = []
        if scope.accessNode {
            let own = try await cluster.roles()
            places.append(
                Place(
                    node: nil, roles: .success(RoleSurvey.Remote(server: nil, own).roles),
                    mayHaveChanged: false))
        }
        for answer in remotes where scope.nodes.contains(answer.item.name) {
            places.append(
                Place(
                    node: answer.item.name, roles: answer.result.map(\.roles), mayHaveChanged: isInTransaction))
        }
        self.places = places
    }

    /// The part of the scope where the role is, or may be.
    func having(_ role: String) -> Roles.Scope {
        let having = places.filter { place in place.role(role).map { $0 != nil } ?? true }
        return Roles.Scope(accessNode: having.contains { $0.node == nil }, nodes: having.compactMap(\.node))
    }

    /// What the role lacks in each place, of what a command names; nil where that is not known.
    func shortfalls(
        of role: String, _ attributes: RoleAttributes, memberOf groups: [RoleName] = [],
        noLongerMemberOf formerGroups: [RoleName] = []
    ) -> [(place: Place, shortfall: RoleShortfall?)] {
        places.map { place in
            let found = place.role(role) ?? nil
            return (
                place,
                found?.shortfall(
                    of: attributes, memberOf: groups.map(\.text), noLongerMemberOf: formerGroups.map(\.text),
                    isOnDataNode: place.node != nil)
            )
        }
    }
}

extension Cluster {
    /// The attributes with the end of the password as servers write it, so that it can be compared.
    func comparable(_ attributes: RoleAttributes) async throws(ClusterError) -> RoleAttributes {
        guard let time = attributes.validUntil, time != "infinity" else { return attributes }
        var attributes = attributes
        attributes.validUntil = try await send(DatabaseRole.written(time: time)).value ?? time
        return attributes
    }
}
