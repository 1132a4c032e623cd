import Platform
import Postgres

/// How one gets to the servers of a sandbox, and in as the superuser.
struct SandboxLogin: Sendable, Equatable {
    let authentication: Authentication
    /// Whether the servers listen on 127.0.0.1. They are connected to there, then, and else by their sockets.
    let loopback: Bool
    let files: ClientFiles

    /// What psql needs to be told. No secret is in it, only where libpq finds one.
    func conninfo(_ node: Node, database: String) -> ConnectionParameters {
        var parameters = ConnectionParameters([
            ("host", loopback ? Self.address : node.socketDirectory), ("port", "\(node.port)"),
            ("user", Sandbox.superuser), ("dbname", database),
        ])
        switch authentication {
        case .trust: break
        case .password: parameters["passfile"] = files.passfile
        case .certificate:
            parameters["sslmode"] = "verify-full"
            parameters["sslrootcert"] = files.authority
            parameters["sslcert"] = files.certificate
            parameters["sslkey"] = files.key
        }
        return parameters
    }

    /// What tscl itself connects with: nothing that the environment says for another cluster is in its way.
    func parameters(_ node: Node, database: String) -> ConnectionParameters {
        var parameters = conninfo(node, database: database)
        if authentication != .certificate, loopback {
            // PGSSLMODE may want what these servers don't have.
            parameters["sslmode"] = "prefer"
        }
        // libpq looks into no passfile where PGPASSWORD is set.
        if authentication == .password, Environment[nonEmpty: "PGPASSWORD"] != nil, let password = files.password {
            parameters["password"] = password
        }
        return parameters
    }

    static let address = "127.0.0.1"
}
