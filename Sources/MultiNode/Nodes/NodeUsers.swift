/// The roles that go to data nodes.
package enum NodeUsers {
    /// Which roles that can log in have been granted the use of which node, themselves or by a role that they are a member
    /// of: columns `node`, `role`, and `askable`, whether the connected role may become that one. What PUBLIC may use says
    /// of nobody that he does, and a superuser who is not granted anything is left out, too.
    package static let list: SQL = """
        SELECT d.node_name AS node, r.rolname AS role, pg_catalog.pg_has_role(r.oid, 'MEMBER') AS askable
          FROM timescaledb_information.data_nodes d
          JOIN pg_catalog.pg_foreign_server s ON s.srvname = d.node_name
         CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(s.srvacl, pg_catalog.acldefault('S', s.srvowner))) a
          JOIN pg_catalog.pg_roles r
            ON r.rolcanlogin
           AND (r.oid = a.grantee
                OR a.grantee <> 0 AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, a.grantee, 'USAGE'))
         WHERE a.privilege_type = 'USAGE'
         GROUP BY d.node_name, r.oid, r.rolname
         ORDER BY d.node_name, r.rolname
        """

    /// Makes the rest of the transaction a role's.
    package static func become(_ role: String) -> SQL { "SET LOCAL ROLE \(identifier: role)" }
}
