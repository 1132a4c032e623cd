/// A role as one server has it.
package struct Role: Sendable, Equatable {
    package let name: String
    package let login: Bool
    package let superuser: Bool
    package let createdb: Bool
    package let createrole: Bool
    package let replication: Bool
    package let connectionLimit: Int
    package let memberOf: [String]

    /// The roles of a server, without those that PostgreSQL itself has.
    package static let list: SQL = """
        SELECT r.rolname AS role, r.rolcanlogin AS login, r.rolsuper AS superuser, r.rolcreatedb AS createdb,
            r.rolcreaterole AS createrole, r.rolreplication AS replication, r.rolconnlimit AS connection_limit,
            (SELECT string_agg(quote_ident(g.rolname), ',' ORDER BY g.rolname)
             FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
        FROM pg_roles r WHERE r.rolname NOT LIKE 'pg\\_%' ORDER BY r.rolname
        """

    package init(row: [String: String?]) {
        func flag(_ name: String) -> Bool { row[name] == "t" }
        name = (row["role"] ?? nil) ?? ""
        login = flag("login")
        superuser = flag("superuser")
        createdb = flag("createdb")
        createrole = flag("createrole")
        replication = flag("replication")
        connectionLimit = (row["connection_limit"] ?? nil).flatMap { Int($0) } ?? -1
        memberOf = ((row["member_of"] ?? nil) ?? "").split(separator: ",").map(String.init)
    }

    /// Whether a data node's role is what the access node's should be there: the same, and able to log in.
    package func agrees(with own: Role) -> Bool {
        login && superuser == own.superuser && createdb == own.createdb && createrole == own.createrole
            && replication == own.replication && connectionLimit == own.connectionLimit && memberOf == own.memberOf
    }
}

/// What a role is created with.
package struct RoleAttributes: Sendable, Equatable {
    package var login = false
    package var superuser = false
    package var createdb = false
    package var createrole = false
    package var replication = false
    package var inRoles: [String] = []
    package var connectionLimit: Int?
    package var validUntil: String?
    /// A SCRAM verifier; a password in clear is never sent.
    package var verifier: String?

    package init() {}

    /// As the options of CREATE ROLE.
    var options: SQL {
        var options: SQL = ""
        let flags = [
            (login, "LOGIN"), (superuser, "SUPERUSER"), (createdb, "CREATEDB"), (createrole, "CREATEROLE"),
            (replication, "REPLICATION"),
        ]
        for (isSet, keyword) in flags where isSet { options = "\(raw: options) \(keyword: keyword)" }
        if let connectionLimit { options = "\(raw: options) CONNECTION LIMIT \(keyword: String(connectionLimit))" }
        if let verifier { options = "\(raw: options) PASSWORD \(secret: verifier)" }
        if let validUntil { options = "\(raw: options) VALID UNTIL \(literal: validUntil)" }
        if !inRoles.isEmpty { options = "\(raw: options) IN ROLE \(identifiers: inRoles)" }
        return options
    }
}
