/// Findings about the two ways to a data node: the access node's, which is the cluster's, and tscl's own.
package enum ReachCheck {
    /// A node that answers and that the access node does not get to.
    ///
    /// - Parameters:
    ///   - role: as which role of its own the access node went there.
    ///   - mappedTo: that role's name on the node; nil if it is not known.
    ///   - isShared: whether the mapping of public makes it that one.
    ///   - ignored: the access node's passfile, if libpq passes it by for its mode.
    ///   - message: why it was not reached.
    package static func unreached(
        _ node: DataNode, as role: String, mappedTo: String?, isShared: Bool = false,
        ignoredPassfile ignored: String? = nil, _ message: String, isHanging: Bool
    ) -> Finding {
        let remote = mappedTo ?? role
        let alias =
            remote == role ? "" : ", there \(remote) by \(isShared ? "the user mapping of public" : "its user mapping")"
        let tls = TLSFailure(in: [message])
        let remedy =
            tls?.adviceAtAccessNode(node.name, as: role)
            ?? (isHanging
                ? "see what is between the access node's machine and \(node.places): names, routes, firewalls; and what the node waits for"
                    + node.adviceOnTurns
                : modeFirst(ignored, message) + wayIn(node, as: role, login: remote, isShared: isShared))
        let options = node.serverOptions.keys.sorted().joined(separator: ", ")
        let further = options.isEmpty ? "" : "; and the server options of \(node.name), of which it has \(options)"
        return Finding(
            .error, node.name, "the access node can't reach it as \(role)\(alias): \(message)", remedy: remedy + further
        )
    }

    /// What comes first where a password is missing because libpq passes the access node's passfile by.
    ///
    /// - Parameter ignored: that passfile.
    package static func modeFirst(_ ignored: String?, _ message: String) -> String {
        guard let ignored, message.contains("no password supplied") else { return "" }
        return """
            on the access node's machine, chmod 0600 \(ignored): libpq takes no password from a passfile of another mode; \
            if it is not reached then, \

            """
    }

    /// What lets the access node in.
    ///
    /// - Parameters:
    ///   - role: of the access node.
    ///   - login: the role on the node.
    ///   - isShared: whether the mapping of public makes it that one.
    package static func wayIn(_ node: DataNode, as role: String, login: String, isShared: Bool = false) -> String {
        if isShared {
            return """
                \(role) has no user mapping of its own there, and is \(login) by the one of public: 'role unmap public --on \
                \(word: node.name)' removes that, 'role map \(word: role) --on \(word: node.name) --as \(word: role)' makes \
                \(role) itself there, and 'role map public --on \(word: node.name) --as \(word: login) --password-prompt' gives \
                the one of public the password
                """
        }
        return """
            'role passfile \(word: role)' shows the line that the access node's passfile needs for it, and 'role map \(word: role) \
            --on \(word: node.name) --as \(word: login) --password-prompt' gives it the password by a user mapping; on the node, the \
            role \(login) that may log in, and pg_hba.conf for the access node's host; ssl on both or on neither
            """
    }

    /// What lets the access node in by a certificate that was just made.
    ///
    /// - Parameter login: the role on the node.
    package static func wayInByCertificate(_ node: DataNode, login: String) -> String {
        """
        on \(node.name), the role \(login) that may log in ('check' tells), in pg_hba.conf the line hostssl all all all cert, \
        and in the file of ssl_ca_file the authority; where it got in before, NAME.crt.before put in the place of NAME.crt \
        takes this back; 'help certificates' has the whole
        """
    }

    /// A node that the access node reaches, but not as each of the roles that use it.
    ///
    /// - Parameters:
    ///   - message: why the first of them does not reach it.
    ///   - remedy: what mends that.
    package static func unreached(_ node: String, as roles: [String], _ message: String, remedy: String) -> Finding {
        let further =
            roles.count > 1 ? "; likewise for the others: 'node reach \(Quoting.word(node))' tells of each" : ""
        return Finding(
            .warning, node, "the access node can't reach it as \(roles.listed): \(message)", remedy: remedy + further)
    }

    /// A node of which the access node could not tell in time whether it gets in.
    package static func unknown(_ node: String, as roles: [String]) -> Finding {
        Finding(
            .note, node, "whether the access node reaches it as \(roles.listed) was not told in time",
            remedy: "'node reach \(Quoting.word(node))' waits longer")
    }

    /// The access node's passfile, if libpq passes it by.
    ///
    /// - Parameter mode: in octal digits.
    package static func ignoredPassfile(_ path: String, mode: String) -> Finding {
        Finding(
            .warning, Finding.accessNode,
            "its passfile \(path) has mode \(mode), and so libpq takes no password from it",
            remedy: "on its machine, chmod 0600 \(path)")
    }

    /// A node that only tscl does not see.
    ///
    /// - Parameter message: why it was not reached from here.
    package static func unseen(_ node: String, _ message: String) -> Finding {
        Finding(
            .note, node, "it can't be looked at from here: \(message)",
            remedy: "to have it looked at, run tscl where it lets this role in, such as on the access node's machine")
    }
}
