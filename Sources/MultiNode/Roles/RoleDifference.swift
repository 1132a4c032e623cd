/// One point in which a role on a data node is not what it should be: as on the access node, and able to log in.
package struct RoleDifference: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The node does not have the role.
        case missing
        case attribute
        case membership
        /// The role may use other nodes of the cluster and not this one.
        case usage
    }

    package let role: String
    package let node: String
    package let kind: Kind
    /// In the words of `CREATE ROLE`.
    package let expected: String
    package let actual: String
    /// The name of the role on the node, if a user mapping leads to another one.
    package let mappedTo: String?
    /// Whether that is the one of public.
    package let isByPublic: Bool

    package init(
        role: String, node: String, kind: Kind, expected: String, actual: String, mappedTo: String? = nil,
        isByPublic: Bool = false
    ) {
        self.isByPublic = isByPublic
        self.mappedTo = mappedTo
        self.role = role
        self.node = node
        self.kind = kind
        self.expected = expected
        self.actual = actual
    }
}

extension DatabaseRole {
    /// How a node's role differs from this one, which is the access node's.
    ///
    /// - Parameters:
    ///   - actual: nil if the node does not have the role.
    ///   - target: the role that it is there.
    package func differences(
        from actual: DatabaseRole?, on node: String, as target: UserMappings.Target = .same
    ) -> [RoleDifference] {
        // Nearly all of a server's 10,000 do.
        if target == .same, let actual, actual.agrees(with: self) { return [] }
        let mappedTo: String? = if case .other(let name, _) = target { name } else { nil }
        let isByPublic = if case .other(_, isShared: true) = target { true } else { false }
        let alias = mappedTo.map { " as \($0)" } ?? ""
        func difference(_ kind: RoleDifference.Kind, _ expected: String, _ found: String) -> RoleDifference {
            RoleDifference(
                role: name, node: node, kind: kind, expected: expected + alias, actual: found, mappedTo: mappedTo,
                isByPublic: isByPublic)
        }
        if target == .hidden { return [] }
        guard let actual else { return [difference(.missing, "present", "absent")] }
        if case .other(_, isShared: true) = target {
            // It stands for many roles, which differ among themselves; it must only let them in.
            return actual.attributes.login == true ? [] : [difference(.attribute, "LOGIN", "NOLOGIN")]
        }
        // Both were read from a server and so have every attribute; the clauses match in number and order.
        let clauses = zip(attributes.onDataNodes.clauses, actual.attributes.clauses).filter { $0 != $1 }
        return clauses.map { difference(.attribute, $0.shown, $1.shown) }
            + memberOf.filter { !actual.memberOf.contains($0) }
            .map { difference(.membership, "member of \($0)", "no member of \($0)") }
            + actual.memberOf.filter { !memberOf.contains($0) }
            .map { difference(.membership, "no member of \($0)", "member of \($0)") }
    }

    /// The nodes that a role may not use although it may use others. Usually these were added later.
    ///
    /// - Parameter granted: the nodes it may use, by its own grants or by those to PUBLIC.
    package func usageDifferences(granted: Set<String>, nodes: [String]) -> [RoleDifference] {
        if attributes.superuser == true || granted.isEmpty { return [] }
        return nodes.filter { !granted.contains($0) }.map {
            RoleDifference(role: name, node: $0, kind: .usage, expected: "USAGE", actual: "none")
        }
    }
}
