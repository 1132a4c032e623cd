/// A setting that new sessions of one role have, because of `ALTER ROLE … SET`. The access node's sessions on a data node
/// are of whoever runs the statement, so that each role's settings count there.
package struct RoleSetting: Sendable, Equatable {
    package let role: String
    /// Nil where it is for all databases.
    package let database: String?
    package let name: String
    package let value: String

    /// What takes it back.
    var reset: String {
        let within = database.map { " IN DATABASE \(Quoting.identifier($0))" } ?? ""
        return "ALTER ROLE \(Quoting.identifier(role))\(within) RESET \(name)"
    }

    /// An expression: the settings of all other roles that can log in, each as role, database and setting, on lines.
    static let column: SQL = """
        ARRAY(SELECT r.rolname || pg_catalog.chr(10) || COALESCE(d.datname::text, '') || pg_catalog.chr(10) || c.setting
                       FROM pg_catalog.pg_db_role_setting s
                       JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                       LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                      CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
                      WHERE (s.setdatabase = 0 OR d.datname = pg_catalog.current_database())
                        AND r.rolname <> current_user AND r.rolcanlogin
                      ORDER BY r.rolname, s.setdatabase, c.setting)
        """

    /// - Parameter text: an element of ``column``.
    init?(_ text: String) {
        let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let end = parts[2].firstIndex(of: "=") else { return nil }
        role = String(parts[0])
        database = parts[1].isEmpty ? nil : String(parts[1])
        name = String(parts[2][..<end])
        value = String(parts[2][parts[2].index(after: end)...])
    }
}
