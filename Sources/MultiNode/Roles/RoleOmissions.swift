/// Properties of roles that a script of them leaves out: settings and ADMIN OPTION.
package enum RoleOmissions {
    /// Rows of `role` and `what`, a few words without the values of settings, since these may be confidential.
    package static let query: SQL = """
        SELECT r.rolname AS role, 'setting ' || pg_catalog.split_part(c.setting, '=', 1)
                   || COALESCE(' in database ' || d.datname, '') AS what
          FROM pg_catalog.pg_db_role_setting s
          JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
          LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
         CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
        UNION ALL
        SELECT r.rolname, 'ADMIN OPTION for role ' || g.rolname
          FROM pg_catalog.pg_auth_members m
          JOIN pg_catalog.pg_roles r ON r.oid = m.member
          JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
         WHERE m.admin_option
         ORDER BY 1, 2
        """

    /// - Parameter row: of ``query``.
    package static func omission(row: [String: String?]) -> (role: String, what: String) {
        let row = Row(row)
        return (row["role"] ?? "", row["what"] ?? "")
    }
}
