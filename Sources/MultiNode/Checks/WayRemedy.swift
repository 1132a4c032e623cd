/// What mends a way to a data node: which file, on which machine, which line.
package enum WayRemedy {
    /// - Parameters:
    ///   - machine: whose machine goes there: "the access node's", "dn2's".
    ///   - remote: the role's name on the node; nil if it is not known.
    ///   - reason: why it is not reached, in the words of libpq or of the node's server.
    package static func text(
        to node: DataNode, from machine: String, as role: String, mappedTo remote: String?, _ reason: String
    ) -> String {
        let remote = remote ?? role
        let line = passfileLine(node, remote)
        let passfile =
            "on \(machine) machine, in the file that the access node's timescaledb.passfile names"
        if reason.contains("no password supplied") {
            return "\(passfile), add the line \(line); one of another mode than 0600 is not read"
        }
        if reason.contains("password authentication failed") {
            return """
                \(passfile), the line \(line) has another password than \(remote) has on \(node.name), or its user \
                mapping has
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
                on \(machine) machine, in the folder that the access node's timescaledb.ssl_dir names (else \
                timescaledb/certs in the data folder), NAME.crt and NAME.key of \(remote), where NAME is the MD5 sum of \
                that name: signed by an authority that \(node.name) has in its ssl_ca_file, not ended, mode 0600
                """
        }
        if reason.contains("no pg_hba.conf entry") || reason.contains("pg_hba.conf rejects") {
            let host = Self.host(in: reason) ?? "ADDRESS"
            return """
                on \(node.name)'s machine, in pg_hba.conf, before what says otherwise, the line \
                host \(ruleWord(node.database)) \(ruleWord(remote)) \(host) scram-sha-256 (hostssl … cert for certificates); then reload it
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
