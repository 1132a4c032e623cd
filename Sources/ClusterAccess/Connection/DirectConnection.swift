import Glibc
import MultiNode
import Platform
import Postgres

/// How tscl itself connects to a data node, or to a server that may become one.
///
/// What the user's own connection says about TLS, certificates, Kerberos and the file of passwords holds here too. The
/// options that the access node has for the node are added to that, and take nothing away from it.
struct DirectConnection {
    private(set) var parameters: ConnectionParameters
    private let options: ServerOptions
    private let own: ConnectionInfo
    private let address: ServerAddress

    /// - Parameter own: the connection to the access node.
    init(_ address: ServerAddress, besides own: ConnectionInfo) {
        (self.address, self.own) = (address, own)
        var parameters = ConnectionParameters([
            ("host", address.host), ("port", String(address.port)), ("dbname", address.database), ("user", own.user),
        ])
        for parameter in own.login.parameters where parameter.keyword != "password" || address.getsOwnPassword {
            parameters[parameter.keyword] = parameter.value
        }
        options = ServerOptions(address.serverOptions, accessNode: own)
        let hasOwnCertificate = Self.isGiven("sslcert", own.login) || Self.isGiven("sslkey", own.login)
        for (keyword, value) in options.usable {
            // A key is of one certificate.
            if hasOwnCertificate, keyword == "sslcert" || keyword == "sslkey" { continue }
            parameters[keyword] = Self.chosen(value, for: keyword, besides: own.login[keyword])
        }
        if let password = address.password { parameters["password"] = password }
        // By this they are told from the access node's, whatever PGAPPNAME says.
        parameters["application_name"] = AccessNodeSession.ownName
        parameters.passwordRule = PasswordRule(own.login["require_auth"] ?? Environment["PGREQUIREAUTH"])
        self.parameters = parameters
    }

    /// The same, with nothing in it that is a secret.
    var withoutPassword: ConnectionParameters {
        var parameters = parameters
        parameters["password"] = nil
        return parameters
    }

    var sslmode: String { parameters["sslmode"] ?? Environment[nonEmpty: "PGSSLMODE"] ?? "prefer" }
    /// Whether a server without TLS is none to connect to.
    var requiresTLS: Bool { ["require", "verify-ca", "verify-full"].contains(sslmode) }

    /// Whether the server, or one of several, is on a Unix-domain socket.
    var isOnSocket: Bool {
        address.host.split(separator: ",").contains { $0.hasPrefix("/") || $0.hasPrefix("@") }
    }

    /// Why nothing is connected to; nil where it may be.
    ///
    /// libpq does not look at `sslmode` where the server is on a socket: nothing proves who listens there. It is enough
    /// for whoever has named a socket for the access node.
    var refusal: ClusterError? {
        guard ["verify-ca", "verify-full"].contains(sslmode), !own.isLocalSocket, isOnSocket else { return nil }
        var error = ClusterError(
            "its address \(address.host) is a Unix-domain socket, where sslmode \(sslmode) proves nothing",
            kind: .connectionFailed, node: address.name,
            remedy: "run tscl on the access node's machine, with its socket behind -h, or give the node a host: "
                + "'node alter \(Quoting.word(address.name)) --host HOST'")
        error.isOfOpening = true
        error.isUnproved = true
        return error
    }

    /// The error of the connection, with what was left out of it.
    func explained(_ error: PostgresError) -> ClusterError {
        var failure = options.explained(ClusterError(error, node: address.name))
        failure.isOfOpening = true
        let isOfTLS = error.sqlstate == nil && TLSFailure(in: [error.message]) != nil
        failure.isUnproved = requiresTLS && error.kind == .connectionFailed && isOfTLS
        return failure
    }

    // MARK: Two who ask

    /// Of an option of the node and what the user has asked for by the same keyword, the value that counts: the stricter
    /// one where one is, and else the user's.
    static func chosen(_ value: String, for keyword: String, besides own: String?) -> String {
        guard let own, !own.isEmpty else { return value }
        if let grades = grades[keyword] {
            guard let asked = grades.firstIndex(of: own) else { return own }
            return asked > grades.firstIndex(of: value) ?? -1 ? own : value
        }
        if keyword == "passfile" { return access(own, R_OK) == 0 ? own : value }
        return defaults[keyword] == own ? value : own
    }

    private static func isGiven(_ keyword: String, _ login: ConnectionParameters) -> Bool {
        login[keyword]?.isEmpty == false
    }

    /// From the least strict.
    private static let grades = [
        "sslmode": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "channel_binding": ["disable", "prefer", "require"],
        "ssl_min_protocol_version": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    ]
    /// What libpq tells of a keyword that nobody has given.
    private static let defaults = [
        "gssencmode": "prefer", "krbsrvname": "postgres", "sslsni": "1", "sslcompression": "0",
    ]
}
