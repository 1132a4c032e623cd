/// Where the password is by which the access node goes to a node.
extension WayRemedy {
    /// What mends a password that a server has refused.
    ///
    /// - Parameters:
    ///   - remote: the role's name on the node.
    ///   - passfile: where the line stands that counts without a user mapping.
    static func otherPassword(
        _ mapping: UserMappings.Entry?, of role: String, _ remote: String, _ node: DataNode, passfile: String
    ) -> String {
        // The server does not tell a missing role from a wrong password.
        let absence = remote == role ? "" : "there may be no role \(remote) on \(node.name), which 'check' tells; or "
        let place =
            if let mapping, mapping.holdsPassword { "the user mapping of \(mapping.role ?? "public")" } else {
                passfile
            }
        let doubt = mapping?.isVisible == false ? ", or its user mapping has" : ""
        return """
            \(absence)\(place) has another password than \(remote) has on \(node.name)\(doubt)\(change(mapping, of: role, node)); \
            or it is stored there as md5 where pg_hba.conf asks for scram-sha-256: 'role alter \(word: remote) --everywhere \
            --password-prompt' stores it anew
            """
    }

    private static func change(_ mapping: UserMappings.Entry?, of role: String, _ node: DataNode) -> String {
        guard let mapping, mapping.holdsPassword else { return "" }
        // A mapping of public that names nobody has one password for many roles.
        let (owner, login) = (mapping.login == nil ? role : mapping.role ?? "public", mapping.login ?? role)
        return """
            : 'role map \(word: owner) --on \(word: node.name) --as \(word: login) --password-prompt' keeps the right \
            one
            """
    }

    /// A line of a passfile, in which a backslash escapes colons and itself (libpq manual, "The Password File").
    static func passfileLine(_ node: DataNode, _ role: String) -> String {
        // With several hosts each has a line of its own; one for all will do.
        let fields = node.host.contains(",") ? ["*", "*"] : [node.host, String(node.port)]
        let escaped = (fields + [node.database, role]).map {
            $0.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        }
        return (escaped + ["PASSWORD"]).joined(separator: ":")
    }
}
