/// Makes a role on the data nodes agree with the access node's.
extension Roles {
    /// One distributed transaction that creates the role on nodes that lack it, and changes what differs on the others.
    ///
    /// - Parameters:
    ///   - verifier: of the password, for the nodes where the role is created; ``DatabaseRole/verifiers(of:)`` reads them.
    ///   - found: the role as each node has it, nil if it has none; one node for each server.
    ///   - grantNodes: the nodes that the role may not use yet.
    /// - Returns: an empty plan if all agree.
    package static func sync(
        _ own: DatabaseRole, verifier: String? = nil, with found: [(node: String, role: DatabaseRole?)],
        grantNodes: [String] = [], _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        let name = try RoleName(own.name)
        var statements: [SQL] = []
        let missing = found.filter { $0.role == nil }.map(\.node)
        if !missing.isEmpty {
            var attributes = own.attributes.onDataNodes
            attributes.verifier = verifier
            let roles = try own.memberOf.map { text throws(MultiNodeError) in try RoleName(text) }
            let plan = create(name, attributes, memberOf: roles, in: .nodes(missing), capabilities)
            statements += plan.statements
        }
        for change in try changes(own, found) {
            let plan = alter(
                name, change.attributes, memberOf: change.added, noLongerMemberOf: change.removed,
                in: .nodes(change.nodes), capabilities)
            statements += plan.statements
        }
        if !grantNodes.isEmpty {
            statements.append(NodeGrants.statement(.grant, on: grantNodes, to: [.role(name)]))
        }
        return .together(statements)
    }

    private struct Change {
        var attributes: RoleAttributes
        var added: [RoleName]
        var removed: [RoleName]
        var nodes: [String]
    }

    /// The changes that are needed; nodes with the same differences share one.
    private static func changes(
        _ own: DatabaseRole, _ found: [(node: String, role: DatabaseRole?)]
    ) throws(MultiNodeError) -> [Change] {
        var changes: [Change] = []
        for case (let node, let role?) in found {
            let attributes = own.attributes.onDataNodes.differing(from: role.attributes)
            let added = try own.memberOf.filter { !role.memberOf.contains($0) }
                .map { text throws(MultiNodeError) in try RoleName(text) }
            let removed = try role.memberOf.filter { !own.memberOf.contains($0) }
                .map { text throws(MultiNodeError) in try RoleName(text) }
            if attributes.isEmpty, added.isEmpty, removed.isEmpty { continue }
            let same = changes.firstIndex {
                $0.attributes == attributes && $0.added == added && $0.removed == removed
            }
            if let same {
                changes[same].nodes.append(node)
            } else {
                changes.append(Change(attributes: attributes, added: added, removed: removed, nodes: [node]))
            }
        }
        return changes
    }

    /// The roles in an order in which they can be created: each after the roles that it is a member of.
    package static func creationOrder(_ roles: [DatabaseRole]) -> [DatabaseRole] {
        let byName = Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var ordered: [DatabaseRole] = []
        var seen: Set<String> = []
        // This ends because PostgreSQL refuses cycles of memberships; `seen` makes sure of it.
        func visit(_ role: DatabaseRole) {
            guard seen.insert(role.name).inserted else { return }
            for parent in role.memberOf.compactMap({ byName[$0] }) { visit(parent) }
            ordered.append(role)
        }
        roles.forEach(visit)
        return ordered
    }
}

extension RoleAttributes {
    /// The attributes that differ from the other's; the rest is nil. Verifiers are not compared.
    func differing(from other: RoleAttributes) -> RoleAttributes {
        func kept<Value: Equatable>(_ attribute: KeyPath<RoleAttributes, Value?>) -> Value? {
            self[keyPath: attribute] == other[keyPath: attribute] ? nil : self[keyPath: attribute]
        }
        var attributes = RoleAttributes()
        attributes.login = kept(\.login)
        attributes.superuser = kept(\.superuser)
        attributes.createDatabase = kept(\.createDatabase)
        attributes.createRole = kept(\.createRole)
        attributes.replication = kept(\.replication)
        attributes.inherit = kept(\.inherit)
        attributes.bypassRowSecurity = kept(\.bypassRowSecurity)
        attributes.connectionLimit = kept(\.connectionLimit)
        attributes.validUntil = kept(\.validUntil)
        return attributes
    }
}

extension DatabaseRole {
    /// What the server stores of roles' passwords, in rows of `role` and `verifier`: secrets that only superusers may read.
    package static func verifiers(of names: [RoleName]) -> SQL {
        """
        SELECT rolname AS role, rolpassword AS verifier
          FROM pg_catalog.pg_authid
         WHERE rolname = ANY (\(names.map(\.text))) AND rolpassword IS NOT NULL
        """
    }

    /// The secrets by role.
    ///
    /// - Parameter rows: of ``verifiers(of:)``.
    package static func verifiers(_ rows: [[String: String?]]) -> [String: String] {
        Dictionary(
            rows.map(Row.init).compactMap { row in row["role"].flatMap { role in row["verifier"].map { (role, $0) } } }
        ) { first, _ in first }
    }
}
