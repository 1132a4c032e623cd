/// The attributes of a role: `CREATE ROLE` and `ALTER ROLE` in the PostgreSQL manual. A nil attribute stays as it is.
package struct RoleAttributes: Sendable, Equatable {
    package var login: Bool?
    package var superuser: Bool?
    package var createDatabase: Bool?
    package var createRole: Bool?
    package var replication: Bool?
    package var inherit: Bool?
    package var bypassRowSecurity: Bool?
    /// -1 is no limit.
    package var connectionLimit: Int?
    /// A timestamp as PostgreSQL reads it, or `infinity`.
    package var validUntil: String?
    /// The SCRAM verifier, which the server stores instead of the password. It is never shown.
    package var verifier: String?

    package init() {}

    package var isEmpty: Bool { self == RoleAttributes() }

    /// The attributes for a data node, where every role can log in because the access node connects as it.
    var onDataNodes: RoleAttributes {
        var attributes = self
        attributes.login = true
        return attributes
    }

    /// The clauses, in the order of the manual.
    var clauses: [SQL] {
        var clauses: [SQL] = []
        func add(_ value: Bool?, _ on: SQL, _ off: SQL) {
            if let value { clauses.append(value ? on : off) }
        }
        add(superuser, "SUPERUSER", "NOSUPERUSER")
        add(createDatabase, "CREATEDB", "NOCREATEDB")
        add(createRole, "CREATEROLE", "NOCREATEROLE")
        add(inherit, "INHERIT", "NOINHERIT")
        add(login, "LOGIN", "NOLOGIN")
        add(replication, "REPLICATION", "NOREPLICATION")
        add(bypassRowSecurity, "BYPASSRLS", "NOBYPASSRLS")
        if let connectionLimit { clauses.append("CONNECTION LIMIT \(literal: connectionLimit)") }
        if let verifier { clauses.append("PASSWORD \(secretLiteral: verifier)") }
        if let validUntil { clauses.append("VALID UNTIL \(literal: validUntil)") }
        return clauses
    }
}
