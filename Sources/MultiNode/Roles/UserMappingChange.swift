/// Making, changing and removing user mappings: `CREATE`, `ALTER` and `DROP USER MAPPING` in the PostgreSQL manual.
extension UserMappings {
    /// Makes a role another one on a node, or changes what it is there.
    ///
    /// Of a mapping that led to another role the password goes, because it was that role's.
    ///
    /// - Parameters:
    ///   - login: the role on the node.
    ///   - givesPassword: whether it gets the password of the plan; else it keeps what there is of one.
    /// - Returns: an empty list where that is so already. Whether a password is the same can't be told.
    package func mapping(
        _ grantee: NodeGrants.Grantee, on node: String, as login: RoleName, givesPassword: Bool
    ) -> [SQL] {
        let target = Self.target(grantee.name, node)
        let user: SQL = "user \(literal: login.text)"
        let creation = Self.statement("CREATE", target, [user], password: givesPassword ? "" : nil)
        guard let entry = entry(of: grantee.name, on: node) else { return [creation] }
        // What can't be seen can't be altered, because each option must be called new or changed.
        guard entry.isVisible else { return ["DROP \(raw: target)", creation] }
        var options: [SQL] = []
        let isOther = entry.login != login.text
        if isOther { options.append("\(raw: entry.remote == nil ? "ADD" : "SET") \(raw: user)") }
        if isOther, entry.holdsPassword, !givesPassword { options.append("DROP password") }
        if options.isEmpty, !givesPassword { return [] }
        let verb: SQL = entry.holdsPassword ? "SET " : "ADD "
        return [Self.statement("ALTER", target, options, password: givesPassword ? verb : nil)]
    }

    package static func unmapping(_ grantee: NodeGrants.Grantee, on node: String) -> SQL {
        "DROP \(raw: target(grantee.name, node))"
    }

    /// The mappings of a node that is going to be deleted, which they would prevent (2BP01).
    package func removal(from node: String) -> [SQL] {
        entries.filter { $0.node == node }.map { "DROP \(raw: Self.target($0.role, node))" }
    }

    /// All of the statements or none of them.
    package static func plan(_ statements: [SQL]) -> Plan { .together(statements) }

    /// The same with the password that they give; nil if they give none.
    package static func plan(_ statements: [SQL], password: String?, _ capabilities: Capabilities) -> Plan {
        .together(statements.isEmpty ? [] : (password.map { keeping($0, capabilities) } ?? []) + statements)
    }

    /// - Parameter role: nil is PUBLIC.
    private static func target(_ role: String?, _ node: String) -> SQL {
        let who: SQL = if let role { "\(identifier: role)" } else { "PUBLIC" }
        return "USER MAPPING FOR \(raw: who) SERVER \(identifier: node)"
    }

    // MARK: The password

    /// Where the transaction keeps the password: a setting of tscl's own.
    private static let setting: SQL = "'tscl.password'"

    /// Gives a password to the statements behind it in the same transaction. It is a parameter, because the text of a
    /// statement gets into the server's log when it fails; and a superuser keeps it out of there altogether.
    static func keeping(_ password: String, _ capabilities: Capabilities) -> [SQL] {
        (capabilities.isSuperuser ? [ValueLogging.offInTransaction] : [])
            + ["SELECT pg_catalog.set_config(\(raw: setting), \(secret: password), true) IS NOT NULL AS kept"]
    }

    /// The mappings with the kept password in place of theirs.
    static func renewal(of entries: [Entry]) -> [SQL] {
        entries.map { statement("ALTER", target($0.role, $0.node), [], password: "SET ") }
    }

    /// - Parameter password: what stands in front of that option; nil to leave it out.
    private static func statement(_ verb: SQL, _ target: SQL, _ options: [SQL], password: SQL?) -> SQL {
        guard let password else {
            return "\(raw: verb) \(raw: target) OPTIONS (\(raw: options.joined(separator: ", ")))"
        }
        let beginning = options.map { option -> SQL in "\(raw: option), " }.joined(separator: "")
        let text: SQL = "\(raw: verb) \(raw: target) OPTIONS (\(raw: beginning)\(raw: password)password "
        // The text that is made has the password in it, and an error in it would bring it into the log.
        let block: SQL = """
            BEGIN EXECUTE pg_catalog.format(\(literal: text.inlined.replacing("%", with: "%%") + "%L)"), \
            pg_catalog.current_setting(\(raw: setting))); \
            EXCEPTION WHEN query_canceled OR OTHERS THEN RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM; END
            """
        return "DO \(literal: block.inlined)"
    }
}
