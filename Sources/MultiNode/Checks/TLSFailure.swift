/// Why there is no encrypted and proved connection, by the words of libpq, of OpenSSL and of PostgreSQL.
///
/// There is no SQLSTATE for it. tscl never sets LC_MESSAGES, so that libpq's words are English here; a server's may be
/// translated, and then ``ConnectionRefusal`` has what its SQLSTATE tells.
package enum TLSFailure: String, Sendable, CaseIterable {
    case serverHasNoTLS
    case certificateIsNotVerified
    case nameDiffers
    case authorityIsMissing
    case keyIsOpenToOthers
    case keyIsUnusable
    case ownCertificateIsRefused
    case versionIsRefused
    case channelIsNotBound
    case methodIsRefused
    case serverWantsTLS
    case certificateIsWanted
    case certificateIsOfAnother
    case other

    /// - Parameter texts: message and detail.
    package init?(in texts: [String]) {
        // A line says so of this role, with TLS or without.
        if texts.contains(where: { $0.contains("pg_hba.conf rejects") }) { return nil }
        let known = Self.allCases.first { failure in
            failure.words.contains { words in texts.contains { $0.contains(words) } }
        }
        guard let known else { return nil }
        self = known
    }

    private var words: [String] {
        switch self {
        case .serverHasNoTLS: ["server does not support SSL"]
        case .certificateIsNotVerified: ["certificate verify failed"]
        case .nameDiffers: ["does not match host name", "host name must be specified for a verified SSL connection"]
        case .authorityIsMissing: ["root certificate file", "to locate root certificate"]
        case .keyIsOpenToOthers:
            ["has group or world access", "must be owned by the current user or root"]
        case .keyIsUnusable:
            [
                "private key file", "could not open certificate file", "could not read certificate file",
            ]
        case .ownCertificateIsRefused:
            [
                "alert unknown ca", "alert certificate", "alert bad certificate", "alert unsupported certificate",
                "alert decrypt error",
            ]
        case .versionIsRefused:
            ["unsupported protocol", "alert protocol version", "no protocols available", "wrong ssl version"]
        case .channelIsNotBound: ["channel binding"]
        case .methodIsRefused: ["authentication method requirement"]
        case .serverWantsTLS: ["no encryption", "SSL off"]
        case .certificateIsWanted: ["requires a valid client certificate"]
        case .certificateIsOfAnother: ["certificate authentication failed"]
        case .other: ["SSL error", "SSL SYSCALL error", "SSL connection has been closed", "GSSAPI encryption"]
        }
    }

    /// Advice in one sentence, where this machine's connection fails.
    ///
    /// - Parameter node: the data node; nil for the access node.
    package func advice(node: String?) -> String { "this machine's connection: \(advice(.here(node)))" }

    /// Advice in one sentence, where the access node's own connection to a data node fails.
    ///
    /// - Parameter role: of the access node; nil if it is not known.
    package func adviceAtAccessNode(_ node: String, as role: String? = nil) -> String {
        let making =
            isMendedByCertificate ? "; \(Self.certificateCommand(role)) on its machine puts them there" : ""
        return "the access node's own connection to \(Quoting.word(node)): \(advice(.accessNode(node)))\(making)"
    }

    /// What makes key and certificate of a role of the access node.
    package static func certificateCommand(_ role: String?) -> String {
        "'role certificate \(role.map(Quoting.word) ?? "ROLE") --ca-cert FILE --ca-key FILE'"
    }

    /// Whether the role's own certificate or its key is missing, has ended, or is of another authority or name.
    package var isMendedByCertificate: Bool {
        switch self {
        case .keyIsUnusable, .ownCertificateIsRefused, .certificateIsWanted, .certificateIsOfAnother: true
        default: false
        }
    }

    /// Whose connection it is.
    private enum Side {
        case here(_ node: String?)
        case accessNode(String)
    }

    private func advice(_ side: Side) -> String {
        switch (self, side) {
        case (.serverHasNoTLS, .here):
            "the server has no TLS, which sslmode asks for: set ssl = on there, with ssl_cert_file and ssl_key_file"
        case (.serverHasNoTLS, .accessNode):
            "with ssl on, an access node asks its nodes for TLS too: set ssl = on there, or off on both"
        case (.certificateIsNotVerified, .here):
            "the server's certificate has ended, or is of no authority that sslrootcert (or ~/.postgresql/root.crt) has: "
                + "openssl s_client -starttls postgres -connect HOST:PORT shows it"
        case (.certificateIsNotVerified, .accessNode):
            "that node's certificate has ended, or is of no authority that ssl_ca_file of the access node has: a new one "
                + "for ssl_cert_file there, and pg_ctl reload"
        case (.nameDiffers, .here(nil)):
            "the certificate is another host's: -h with a name that it has, or a certificate with this name; "
                + "sslmode=verify-ca asks for the authority only"
        case (.nameDiffers, .here(let node?)):
            "the certificate is another host's: a certificate with this name, or --host with a name that it has "
                + "('node alter \(Quoting.word(node)) --host HOST'); sslmode=verify-ca asks for the authority only"
        case (.nameDiffers, .accessNode(let node)):
            "the certificate is another host's: 'node alter \(Quoting.word(node)) --host HOST' with a name that it has, "
                + "or a certificate with this name"
        case (.authorityIsMissing, .here):
            "the certificate of the authority is needed: sslrootcert=FILE behind -d, or PGSSLROOTCERT, names it"
        case (.authorityIsMissing, .accessNode):
            "it can't read the authority's certificate: ssl_ca_file of the access node names it"
        case (.keyIsOpenToOthers, .here): "chmod 600 the file of the key, which is to be this user's or root's"
        case (.keyIsOpenToOthers, .accessNode):
            "chmod 600 the role's .key in timescaledb.ssl_dir (timescaledb/certs in the data folder) on the access "
                + "node's machine, which is to be its server's user's"
        case (.keyIsUnusable, .here):
            "certificate and key have to be there and belong together: sslcert and sslkey behind -d, or PGSSLCERT and "
                + "PGSSLKEY, name them (else ~/.postgresql/postgresql.crt and .key)"
        case (.keyIsUnusable, .accessNode), (.certificateIsWanted, .accessNode):
            "on the access node's machine the role's certificate and key belong into timescaledb.ssl_dir, or else "
                + "timescaledb/certs in the data folder, as NAME.crt and NAME.key, where NAME is the MD5 sum of the role's "
                + "name: the server's user's own, mode 0600"
        case (.ownCertificateIsRefused, .here):
            "the server does not accept the certificate that is shown to it: it has ended, or ssl_ca_file there does not "
                + "have its authority; sslcert and sslkey behind -d name another"
        case (.ownCertificateIsRefused, .accessNode):
            "the node does not accept the role's certificate: it has ended, or ssl_ca_file there does not have its "
                + "authority; the access node has it in timescaledb.ssl_dir"
        case (.versionIsRefused, .here):
            "the two have no version of TLS in common: ssl_min_protocol_version behind -d, and of the server"
        case (.versionIsRefused, .accessNode):
            "the two have no version of TLS in common: see ssl_min_protocol_version on both"
        case (.channelIsNotBound, _):
            "channel binding needs TLS and a login by scram-sha-256: see pg_hba.conf and ssl of that server"
        case (.methodIsRefused, _):
            "the server logs in by a method that require_auth (or PGREQUIREAUTH) does not allow: see its pg_hba.conf"
        case (.serverWantsTLS, .here):
            "its pg_hba.conf lets this role in from here by TLS only, or not at all: sslmode=require behind -d asks for "
                + "TLS, which the server has with ssl = on"
        case (.serverWantsTLS, .accessNode):
            "its pg_hba.conf lets this role in from the access node by TLS only, or not at all: set ssl = on on the access "
                + "node if a hostssl line is for it, else add a line for its address there"
        case (.certificateIsWanted, .here):
            "its pg_hba.conf wants a certificate of this role: sslcert and sslkey behind -d, or PGSSLCERT and PGSSLKEY"
        case (.certificateIsOfAnother, .here):
            "the certificate is of another name than the role (CN): one with this name, -U with that name, or a line in "
                + "its pg_ident.conf"
        case (.certificateIsOfAnother, .accessNode):
            "the certificate that it has for the role in timescaledb.ssl_dir (NAME.crt, where NAME is the MD5 sum of the "
                + "role's name) is of another name (CN): one with this name, or a line in the node's pg_ident.conf"
        case (.other, .here):
            "TLS fails; the log of that server says why, and openssl s_client -starttls postgres -connect HOST:PORT tries it"
        case (.other, .accessNode): "TLS fails; the logs of both servers say why"
        }
    }
}
