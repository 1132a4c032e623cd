/// Where a role is created, changed or dropped.
package enum RoleScope: Sendable, Equatable {
    case accessNode
    /// The access node and these data nodes, one for each server.
    case everywhere(dataNodes: [String])
    /// These data nodes, one for each server.
    case dataNodes([String])

    var includesAccessNode: Bool {
        if case .dataNodes = self { false } else { true }
    }

    var dataNodes: [String] {
        switch self {
        case .accessNode: []
        case .everywhere(let names), .dataNodes(let names): names
        }
    }
}

/// The SQL of what is done with roles.
package enum RoleOperations {
    /// One transaction over all servers of the scope: the role is created on all of them, or on none.
    ///
    /// On data nodes a role must be able to log in: the access node connects as it.
    package static func create(
        _ name: String, _ attributes: RoleAttributes, _ scope: RoleScope, grantNodes: [String],
        _ capabilities: Capabilities
    ) -> Plan {
        var remote = attributes
        remote.login = true
        var statements = across(
            scope, onAccessNode: "CREATE ROLE \(identifier: name)\(raw: attributes.options)",
            onDataNodes: "CREATE ROLE \(identifier: name)\(raw: remote.options)", capabilities)
        if !grantNodes.isEmpty { statements.append(usage("GRANT", grantNodes, "TO", [name])) }
        return .atomic(statements)
    }

    package static func drop(
        _ name: String, _ scope: RoleScope, ifExists: Bool, _ capabilities: Capabilities
    ) -> Plan {
        let statement: SQL = ifExists ? "DROP ROLE IF EXISTS \(identifier: name)" : "DROP ROLE \(identifier: name)"
        return .atomic(across(scope, onAccessNode: statement, onDataNodes: statement, capabilities))
    }

    package static func grantUsage(on nodes: [String], to roles: [String]) -> Plan {
        Plan(usage("GRANT", nodes, "TO", roles))
    }

    package static func revokeUsage(on nodes: [String], from roles: [String]) -> Plan {
        Plan(usage("REVOKE", nodes, "FROM", roles))
    }

    private static func usage(_ verb: String, _ nodes: [String], _ preposition: String, _ roles: [String]) -> SQL {
        let grantees: [SQL] = roles.map { $0.lowercased() == "public" ? "PUBLIC" : "\(identifier: $0)" }
        return
            "\(keyword: verb) USAGE ON FOREIGN SERVER \(identifiers: nodes) \(keyword: preposition) \(list: grantees)"
    }

    private static func across(
        _ scope: RoleScope, onAccessNode own: SQL, onDataNodes remote: SQL, _ capabilities: Capabilities
    ) -> [SQL] {
        var statements = scope.includesAccessNode ? [own] : []
        if !scope.dataNodes.isEmpty {
            statements.append(
                DistributedExec.call(remote, on: scope.dataNodes, transactional: true, capabilities))
        }
        return statements
    }
}
