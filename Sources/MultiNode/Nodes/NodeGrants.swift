/// Privileges on data nodes: who may have hypertables on them. PostgreSQL manual, `GRANT … ON FOREIGN SERVER`.
package enum NodeGrants {
    package enum Grantee: Sendable, Hashable {
        case role(RoleName)
        /// Every role, including future ones.
        case `public`

        /// Nil for PUBLIC.
        package var name: String? { if case .role(let name) = self { name.text } else { nil } }
    }

    enum Verb {
        case grant
        case revoke
    }

    /// Who may use which node: columns `node` and `grantee`, which is NULL for PUBLIC.
    ///
    /// Owners are included, although they need no grant.
    package static let list: SQL = """
        SELECT s.srvname AS node, r.rolname AS grantee
          FROM pg_catalog.pg_foreign_server s
          JOIN timescaledb_information.data_nodes d ON d.node_name = s.srvname
         CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(s.srvacl, pg_catalog.acldefault('S', s.srvowner))) a
          LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
         WHERE a.privilege_type = 'USAGE'
         ORDER BY s.srvname, r.rolname NULLS FIRST
        """

    /// - Returns: an empty plan if there are no nodes or no grantees.
    package static func grant(on nodes: [String], to grantees: [Grantee]) -> Plan {
        plan(.grant, on: nodes, to: grantees)
    }

    package static func revoke(on nodes: [String], from grantees: [Grantee]) -> Plan {
        plan(.revoke, on: nodes, to: grantees)
    }

    /// The nodes on which a statement had no effect. PostgreSQL warns for each, and calls the statement done.
    ///
    /// - Parameter warnings: SQLSTATE and message of what the server warned of.
    package static func withoutEffect(
        of nodes: [String], _ warnings: [(sqlstate: String?, message: String)]
    ) -> [String] {
        let messages = warnings.filter { tellsOfNoEffect($0.sqlstate) }.map(\.message)
        if messages.isEmpty { return [] }
        let named = nodes.filter { node in messages.contains { $0.names(node) } }
        return named.isEmpty ? nodes : named
    }

    /// Whether a warning says that privileges were not granted or not revoked.
    package static func tellsOfNoEffect(_ sqlstate: String?) -> Bool { ["01007", "01006"].contains(sqlstate) }

    private static func plan(_ verb: Verb, on nodes: [String], to grantees: [Grantee]) -> Plan {
        if nodes.isEmpty || grantees.isEmpty { return Plan() }
        return Plan(statement(verb, on: nodes, to: grantees))
    }

    static func statement(_ verb: Verb, on nodes: [String], to grantees: [Grantee]) -> SQL {
        let names = grantees.map { grantee -> SQL in
            switch grantee {
            case .role(let name): "\(identifier: name.text)"
            case .public: "PUBLIC"
            }
        }.joined(separator: ", ")
        let what: SQL = "USAGE ON FOREIGN SERVER \(identifiers: nodes)"
        return switch verb {
        case .grant: "GRANT \(raw: what) TO \(raw: names)"
        case .revoke: "REVOKE \(raw: what) FROM \(raw: names)"
        }
    }
}
