/// What mends a way to a data node: which file, on which machine, which line.
package enum WayRemedy {
    /// - Parameters:
    ///   - machine: whose machine goes there: "the access node's", "dn2's".
    ///   - mapping: the user mapping that counts for the role; nil if there is none.
    ///   - ignored: the access node's passfile, if libpq passes it by for its mode.
    ///   - reason: why it is not reached, in the words of libpq or of the node's server.
    package static func text(
        to node: DataNode, from machine: String, as role: String, by mapping: UserMappings.Entry?,
        ignoredPassfile ignored: String? = nil, _ reason: String
    ) -> String {
        let remote = mapping?.login ?? role
        let isShared = mapping.map { $0.role == nil } ?? false
        let text = text(to: node, from: machine, as: role, remote, mapping, ignored, reason)
        let isOfLogin = ["no password supplied", "password authentication failed", "role \""].contains {
            reason.contains($0)
        }
        guard isShared, isOfLogin else { return text }
        return """
            \(role) has no user mapping of its own there, and goes by the one of public\(remote == role ? "" : " as \(remote)") \
            ('role map \(word: role) --on \(word: node.name) --as \(word: role)' gives it one of its own): \(text)
            """
    }

    /// The setting by which a server refuses one more who asks for a replication connection, in whatever language.
    package static let senders = "max_wal_senders"

    private static func text(
        to node: DataNode, from machine: String, as role: String, _ remote: String, _ mapping: UserMappings.Entry?,
        _ ignored: String?, _ reason: String
    ) -> String {
        if reason.contains(senders) {
            return """
                it is reached, and has no sender left: run it again when fewer copies and standbys read from it, or on the \
                server of \(node.name), ALTER SYSTEM SET \(senders) to more, and restart it
                """
        }
        let line = passfileLine(node, remote)
        let passfile =
            "on \(machine) machine, in the file that the access node's timescaledb.passfile names"
        if reason.contains("no password supplied") {
            if let ignored {
                return """
                    on the access node's machine, chmod 0600 \(ignored): libpq takes no password from a passfile of another \
                    mode; if it is not reached then, add the line \(line) there
                    """
            }
            return "\(passfile), add the line \(line); one of another mode than 0600 is not read"
        }
        if reason.contains("password authentication failed") {
            return otherPassword(mapping, of: role, remote, node, passfile: "\(passfile), the line \(line)")
        }
        if reason.contains("certificate verify failed") || reason.contains("root certificate") {
            return """
                on \(machine) machine, the file that the access node's ssl_ca_file names has to hold the authority that \
                signed the certificate of \(node.name)'s server
                """
        }
        if reason.contains("certificate") || reason.contains("unknown ca") || reason.contains("private key") {
            return """
                \(certificateFault(reason, remote, node))on \(machine) machine, in the folder that the access node's timescaledb.ssl_dir names (else \
                timescaledb/certs in the data folder), NAME.crt and NAME.key of \(remote), where NAME is the MD5 sum of \
                that name: signed by an authority that \(node.name) has in its ssl_ca_file, not ended, with \(remote) as its name (CN); the key's mode 0600, and its \
                owner the server's user\(certificateCommand(reason, machine, role))
                """
        }
        if reason.contains("no pg_hba.conf entry") || reason.contains("pg_hba.conf rejects") {
            let host = Self.host(in: reason) ?? "ADDRESS"
            let asksForTLS = !reason.contains("rejects") && reason.contains("no encryption")
            let encryption =
                asksForTLS
                ? "if pg_hba.conf on \(node.name) has a hostssl line for it, only TLS is missing: on \(machine) server set "
                    + "ssl = on and reload it; else " : ""
            return """
                \(encryption)on \(node.name)'s machine, in pg_hba.conf, before what says otherwise, the line \
                host \(ruleWord(node.database)) \(ruleWord(remote)) \(host) scram-sha-256 (hostssl … cert for certificates); then reload it
                """
        }
        if reason.contains("server does not support SSL") {
            let way =
                node.serverOptions["sslmode"] == nil
                ? "set ssl = off on \(machine) server"
                : "'node set \(Quoting.word(node.name)) --unset sslmode' no longer asks for it"
            return "on \(node.name)'s server, set ssl = on, with ssl_cert_file and ssl_key_file; or \(way)"
        }
        if reason.contains("could not match") {
            return """
                'node set \(Quoting.word(node.name)) --option host=HOSTS port=PORTS', with one port for all hosts or one for \
                each
                """
        }
        if reason.contains("role \"") {
            if remote != role {
                let verb = reason.contains("does not exist") ? "CREATE" : "ALTER"
                return "exec --on \(word: node.name) \(verb) ROLE \(Quoting.identifier(remote)) LOGIN"
            }
            return "'role sync \(Quoting.word(role))' makes the role on \(node.name), with LOGIN"
        }
        if ["session is read-only", "session is not read-only", "hot standby mode"].contains(where: {
            reason.contains($0)
        }) {
            return """
                no host of \(node.name) that answers is what target_session_attrs \
                (\(node.serverOptions["target_session_attrs"] ?? "any")) asks for: start the primary there, or promote a standby
                """
        }
        return """
            see whether \(node.name) runs at \(node.places), and what is between that and where it \
            is not reached from: names, routes, firewalls; ssl on both or on neither\(node.adviceOnTurns)
            """
    }

    /// The command that makes them anew, where that is what the reason asks for. It does so on the access node's machine.
    private static func certificateCommand(_ reason: String, _ machine: String, _ role: String) -> String {
        guard machine == "the access node's", TLSFailure(in: [reason])?.isMendedByCertificate == true else { return "" }
        return "; \(TLSFailure.certificateCommand(role)) there makes them"
    }

    /// What of the certificate or its key is at fault, as far as the reason tells.
    private static func certificateFault(_ reason: String, _ remote: String, _ node: DataNode) -> String {
        let faults = [
            ("certificate authentication failed", "the certificate has another name (CN) than \(remote)"),
            ("certificate expired", "the certificate has ended"),
            ("unknown ca", "\(node.name) does not know the certificate's authority"),
            ("has group or world access", "others may read the key"),
            ("must be owned", "the key is another user's"),
            ("not private key file", "the key is missing"),
            ("requires a valid client certificate", "the certificate is missing"),
        ]
        return faults.first { reason.contains($0.0) }.map { $0.1 + ": " } ?? ""
    }

    /// A name in pg_hba.conf, where quotes take its meaning from a keyword such as `all`.
    private static func ruleWord(_ name: String) -> String {
        let keywords: Set = ["all", "sameuser", "samerole", "samegroup", "replication"]
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || "_-.".utf8.contains(byte)
            }
        return isPlain && !keywords.contains(name) ? name : "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    /// The address that a server has seen: `no pg_hba.conf entry for host "10.0.0.1", …`.
    private static func host(in reason: String) -> String? {
        guard let start = reason.firstRange(of: "host \"") else { return nil }
        let address = reason[start.upperBound...].prefix { $0 != "\"" }
        guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" }) else { return nil }
        return "\(address)/\(address.contains(":") ? 128 : 32)"
    }
}
