/// What mends a way to a data node: which file, on which machine, which line.
package enum WayRemedy {
    /// - Parameters:
    ///   - machine: whose machine goes there: "the access node's", "dn2's".
    ///   - remote: the role's name on the node; nil if it is not known.
    ///   - ignored: the access node's passfile, if libpq passes it by for its mode.
    ///   - reason: why it is not reached, in the words of libpq or of the node's server.
    package static func text(
        to node: DataNode, from machine: String, as role: String, mappedTo remote: String?,
        ignoredPassfile ignored: String? = nil, _ reason: String
    ) -> String {
        let isMapped = remote.map { $0 != role } ?? false
        let remote = remote ?? role
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
            // The server does not tell a missing role from a wrong password.
            let absence = isMapped ? "there may be no role \(remote) on \(node.name), which 'check' tells; or " : ""
            return """
                \(absence)\(passfile), the line \(line) has another password than \(remote) has on \(node.name), or its user \
                mapping has; or it is stored there as md5 where pg_hba.conf asks for scram-sha-256: 'role alter \
                \(Quoting.word(remote)) --everywhere --password-prompt' stores it anew
                """
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
            return "'role sync \(Quoting.word(role))' makes the role on \(node.name), with LOGIN"
        }
        return """
            see whether \(node.name) runs at \(node.host):\(node.port), and what is between that and where it is not \
            reached from: names, routes, firewalls; ssl on both or on neither
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

    /// A line of a passfile, in which a backslash escapes colons and itself (libpq manual, "The Password File").
    private static func passfileLine(_ node: DataNode, _ role: String) -> String {
        // With several hosts each has a line of its own; one for all will do.
        let fields = node.host.contains(",") ? ["*", "*"] : [node.host, String(node.port)]
        let escaped = (fields + [node.database, role]).map {
            $0.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        }
        return (escaped + ["PASSWORD"]).joined(separator: ":")
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
