/// A role as one server has it.
package struct DatabaseRole: Sendable, Equatable {
    package let name: String
    private let traits: Traits

    /// What it is besides its name: of 10,000 roles most have the same, and share it.
    private final class Traits: Sendable {
        let attributes: RoleAttributes
        /// The attributes that a data node's is to have.
        let onDataNodes: RoleAttributes
        let memberOf: [String]
        let isBootstrap: Bool

        init(_ attributes: RoleAttributes, _ memberOf: [String], isBootstrap: Bool) {
            self.attributes = attributes
            self.memberOf = memberOf
            self.isBootstrap = isBootstrap
            onDataNodes = attributes.onDataNodes
        }
    }

    package init(name: String, attributes: RoleAttributes, memberOf: [String], isBootstrap: Bool = false) {
        self.init(name, Traits(attributes, memberOf, isBootstrap: isBootstrap))
    }

    private init(_ name: String, _ traits: Traits) { (self.name, self.traits) = (name, traits) }

    package static func == (first: DatabaseRole, second: DatabaseRole) -> Bool {
        first.name == second.name
            && (first.traits === second.traits
                || first.attributes == second.attributes && first.memberOf == second.memberOf
                    && first.isBootstrap == second.isBootstrap)
    }

    package var attributes: RoleAttributes { traits.attributes }
    /// The roles that it is a direct member of, sorted.
    package var memberOf: [String] { traits.memberOf }
    /// Whether it is the superuser that `initdb` created, whatever its name.
    package var isBootstrap: Bool { traits.isBootstrap }

    /// Reads many roles, in no order.
    ///
    /// - Parameters:
    ///   - columns: the names of the columns of ``list``.
    ///   - rows: the values, in the order of the columns.
    package static func roles(columns: [String], rows: [[String?]]) -> [DatabaseRole] {
        rows.flatMap { values -> [DatabaseRole] in
            let row = Row(Dictionary(zip(columns, values)) { first, _ in first })
            var attributes = RoleAttributes()
            attributes.login = row.flag("login")
            attributes.superuser = row.flag("superuser")
            attributes.createDatabase = row.flag("createdb")
            attributes.createRole = row.flag("createrole")
            attributes.replication = row.flag("replication")
            attributes.inherit = row.flag("inherit")
            attributes.bypassRowSecurity = row.flag("bypassrls")
            attributes.connectionLimit = row.integer("connection_limit")
            attributes.validUntil = row["valid_until"] ?? "infinity"
            let traits = Traits(attributes, row.array("member_of"), isBootstrap: row.flag("bootstrap"))
            return names(in: row).map { DatabaseRole($0, traits) }
        }
    }

    /// The names alone, in no order.
    ///
    /// - Parameter rows: of ``list``.
    package static func names(_ rows: [[String: String?]]) -> [String] { rows.flatMap { names(in: Row($0)) } }

    private static func names(in row: Row) -> [String] { row.array("roles") }

    /// Whether this role, a data node's, matches the access node's: it must be the same, and able to log in.
    package func agrees(with own: DatabaseRole) -> Bool {
        traits.attributes == own.traits.onDataNodes && traits.memberOf == own.traits.memberOf
    }

    /// The roles of a server, without PostgreSQL's predefined ones. Any role may run this query.
    ///
    /// There may be 10,000 of them, and most are alike: a row is of all that are. Nor does the server put them in order, which
    /// is half of what it does else.
    package static let list: SQL = """
        SELECT pg_catalog.array_agg(r.rolname) AS roles, r.rolcanlogin AS login, r.rolsuper AS superuser,
               r.rolcreatedb AS createdb, r.rolcreaterole AS createrole, r.rolreplication AS replication,
               r.rolinherit AS inherit, r.rolbypassrls AS bypassrls, r.rolconnlimit AS connection_limit,
               CASE WHEN pg_catalog.isfinite(r.rolvaliduntil)
                    THEN pg_catalog.to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'
                    ELSE r.rolvaliduntil::text END AS valid_until,
               COALESCE(m.member_of, '{}') AS member_of, r.oid = 10 AS bootstrap
          FROM pg_catalog.pg_roles r
          LEFT JOIN (
               SELECT m.member, pg_catalog.array_agg(g.rolname ORDER BY g.rolname) AS member_of
                 FROM pg_catalog.pg_auth_members m
                 JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
                GROUP BY m.member) m ON m.member = r.oid
         WHERE r.rolname !~ '^pg_'
         GROUP BY r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication, r.rolinherit,
               r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil, m.member_of, r.oid = 10
        """
}
