/// Operations on roles, on the access node and on data nodes.
///
/// TimescaleDB does not keep roles in step. A change in several places is one distributed transaction: the statement on
/// the access node, and `distributed_exec` for the nodes.
package enum Roles {
    /// Where a role is created, altered or dropped.
    package struct Scope: Sendable, Equatable {
        package var accessNode: Bool
        /// Data nodes, one for each server. A role belongs to a server, so two nodes on the same server would change
        /// the same role and wait for each other forever.
        package var nodes: [String]

        package init(accessNode: Bool, nodes: [String]) {
            self.accessNode = accessNode
            self.nodes = nodes
        }

        package static let accessNode = Scope(accessNode: true, nodes: [])

        package static func everywhere(_ nodes: [String]) -> Scope { Scope(accessNode: true, nodes: nodes) }

        package static func nodes(_ nodes: [String]) -> Scope { Scope(accessNode: false, nodes: nodes) }
    }

    /// Creates a role. On data nodes it can always log in: the access node connects as it.
    ///
    /// - Parameters:
    ///   - roles: the roles it becomes a member of; they must exist wherever it is created.
    ///   - grantNodes: nodes that it may use for its hypertables.
    package static func create(
        _ name: RoleName, _ attributes: RoleAttributes = RoleAttributes(), memberOf roles: [RoleName] = [],
        grantNodes: [String] = [], in scope: Scope, _ capabilities: Capabilities
    ) -> Plan {
        let membership: [SQL] = roles.isEmpty ? [] : ["IN ROLE \(identifiers: roles.map(\.text))"]
        func sql(_ attributes: RoleAttributes) -> SQL {
            let clauses: [SQL] = ["CREATE ROLE \(identifier: name.text)"] + attributes.clauses + membership
            return clauses.joined(separator: " ")
        }
        var statements = statements(
            sql(attributes), onNodes: sql(attributes.onDataNodes), in: scope, capabilities)
        if !grantNodes.isEmpty {
            statements.append(NodeGrants.statement(.grant, on: grantNodes, to: [.role(name)]))
        }
        return .together(statements)
    }

    /// Changes attributes, and adds and ends memberships.
    ///
    /// - Parameters:
    ///   - grantNodes: nodes that it may use for its hypertables.
    ///   - mappings: user mappings that hold the password, and the new one.
    /// - Returns: an empty plan where there is nothing to change.
    package static func alter(
        _ name: RoleName, _ attributes: RoleAttributes = RoleAttributes(), memberOf roles: [RoleName] = [],
        noLongerMemberOf formerRoles: [RoleName] = [], grantNodes: [String] = [],
        mappings: (entries: [UserMappings.Entry], password: String)? = nil, in scope: Scope,
        _ capabilities: Capabilities
    ) -> Plan {
        var planned: [SQL] = []
        if let sql = statement(altering: name, attributes),
            let remote = statement(altering: name, attributes.onDataNodes)
        {
            planned += statements(sql, onNodes: remote, in: scope, capabilities)
        }
        if !roles.isEmpty {
            let sql: SQL = "GRANT \(identifiers: roles.map(\.text)) TO \(identifier: name.text)"
            planned += statements(sql, onNodes: sql, in: scope, capabilities)
        }
        if !formerRoles.isEmpty {
            let sql: SQL = "REVOKE \(identifiers: formerRoles.map(\.text)) FROM \(identifier: name.text)"
            planned += statements(sql, onNodes: sql, in: scope, capabilities)
        }
        if !grantNodes.isEmpty {
            planned.append(NodeGrants.statement(.grant, on: grantNodes, to: [.role(name)]))
        }
        if let (entries, password) = mappings {
            // Behind the change on the nodes: a connection that this transaction still opens needs the old password.
            planned +=
                entries.isEmpty ? [] : UserMappings.keeping(password, capabilities) + UserMappings.renewal(of: entries)
        }
        return .together(planned)
    }

    /// - Returns: nil where there is nothing to change.
    package static func statement(altering name: RoleName, _ attributes: RoleAttributes) -> SQL? {
        if attributes.isEmpty { return nil }
        let clauses: [SQL] = ["ALTER ROLE \(identifier: name.text)"] + attributes.clauses
        return clauses.joined(separator: " ")
    }

    /// Drops a role.
    ///
    /// - Parameter revokeNodes: the nodes that the role has grants on; these would prevent dropping it (2BP01).
    package static func drop(
        _ name: RoleName, ifExists: Bool = false, revokeNodes: [String] = [], in scope: Scope,
        _ capabilities: Capabilities
    ) -> Plan {
        let sql: SQL = "DROP ROLE \(raw: ifExists ? "IF EXISTS " : "")\(identifier: name.text)"
        var planned: [SQL] = []
        if scope.accessNode, !revokeNodes.isEmpty {
            planned.append(NodeGrants.statement(.revoke, on: revokeNodes, to: [.role(name)]))
        }
        planned += statements(sql, onNodes: sql, in: scope, capabilities)
        return .together(planned)
    }

    private static func statements(
        _ sql: SQL, onNodes remote: SQL, in scope: Scope, _ capabilities: Capabilities
    ) -> [SQL] {
        var statements: [SQL] = []
        if scope.accessNode { statements.append(sql) }
        if !scope.nodes.isEmpty {
            statements.append(
                DistributedExec.call(remote, on: scope.nodes, capabilities))
        }
        return statements
    }
}
