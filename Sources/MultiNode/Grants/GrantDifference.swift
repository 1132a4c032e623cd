/// A way in which the privileges on a data node differ from those on the access node. TimescaleDB hands on to data nodes
/// what is granted on a hypertable by name; of schemas, default privileges and ALL TABLES IN SCHEMA it hands on nothing.
package struct GrantDifference: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Privileges that the role has on the access node alone; the second are those it may grant to others.
        case lacking([String], grantable: [String])
        /// Privileges that it has on the data node alone.
        case surplus([String])
        /// On the data node the object belongs to another role.
        case owner(String)
    }

    package let node: String
    package let object: GrantedObject
    /// The name of the object there, for SQL.
    let place: String
    /// The role concerned; nil for PUBLIC.
    package let role: String?
    package let kind: Kind

    private var who: String { role ?? "PUBLIC" }
    private var grantee: String { role.map(Quoting.identifier) ?? "PUBLIC" }

    /// What kind of difference it is, in a word for programs.
    package var word: String {
        if case .owner = kind { return "owner" }
        if case .newTables = object { return "default privileges" }
        return "grant"
    }

    /// What the access node has.
    package var expected: String {
        switch kind {
        case .lacking(let privileges, let grantable): "\(Self.list(privileges + grantable)) on \(object)"
        case .surplus(let privileges): "no \(Self.list(privileges)) on \(object)"
        case .owner: "owner of \(object)"
        }
    }

    /// What the data node has.
    package var actual: String {
        switch kind {
        case .lacking: "none"
        case .surplus(let privileges): "\(Self.list(privileges)) on \(object)"
        case .owner(let theirs): "owner is \(theirs)"
        }
    }

    package var finding: Finding {
        let what = if case .schema(let name) = object { "the schema \(name)" } else { "\(object)" }
        let (severity, text): (Finding.Severity, String)
        switch kind {
        case .lacking(let privileges, let grantable):
            let all = privileges + grantable
            let lacks = "\(who) lacks \(Self.list(all)) on \(what)"
            if case .newTables = object {
                (severity, text) = (.warning, "\(lacks), which it gets on the access node")
            } else if all == ["CREATE"] {
                (severity, text) = (.warning, "\(lacks): it can make no hypertable there")
            } else {
                (severity, text) = (.error, "\(lacks): what it does there fails")
            }
        case .surplus(let privileges):
            (severity, text) = (
                .warning, "\(who) has \(Self.list(privileges)) on \(what), and not on the access node"
            )
        case .owner(let theirs):
            (severity, text) = (
                .warning,
                "\(what) belongs to \(theirs) there, and to \(who) on the access node: what only its owner may do fails"
            )
        }
        return Finding(severity, node, text, remedy: remedy)
    }

    /// One command for each statement, because `exec` takes one at a time.
    private var remedy: String {
        statements.map { "exec --on \(Quoting.word(node)) \($0)" }.joined(separator: "; then ")
    }

    private var statements: [String] {
        switch (kind, object) {
        case (.owner, .schema): return ["ALTER SCHEMA \(place) OWNER TO \(grantee)"]
        case (.owner, _): return ["ALTER TABLE \(place) OWNER TO \(grantee)"]
        case (.surplus(let privileges), _): return [statement("REVOKE", privileges, "FROM \(grantee)")]
        case (.lacking(let privileges, let grantable), _):
            let plain = privileges.isEmpty ? [] : [statement("GRANT", privileges, "TO \(grantee)")]
            return plain
                + (grantable.isEmpty ? [] : [statement("GRANT", grantable, "TO \(grantee) WITH GRANT OPTION")])
        }
    }

    private func statement(_ verb: String, _ privileges: [String], _ end: String) -> String {
        let list = Self.list(privileges)
        switch object {
        case .schema: return "\(verb) \(list) ON SCHEMA \(place) \(end)"
        case .table: return "\(verb) \(list) ON \(place) \(end)"
        case .newTables(let owner, let schema):
            let within = schema == nil ? "" : "IN SCHEMA \(place) "
            return
                "ALTER DEFAULT PRIVILEGES FOR ROLE \(Quoting.identifier(owner)) \(within)\(verb) \(list) ON TABLES \(end)"
        }
    }

    private static func list(_ privileges: [String]) -> String { privileges.joined(separator: ", ") }
}
