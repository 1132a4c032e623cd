import CLibPQ
import Platform

/// The parameters of the attempts by which a libpq before 16 sends a password by SCRAM alone.
///
/// Over TLS `channel_binding=require` makes libpq refuse every other request before it answers, and the server prove
/// that it knows the password too. A server that lets one in without asking is then connected to once more, with a
/// password that is nobody's. Without TLS a ``StartupRelay`` sees what the server asks for.
struct GuardedAttempt {
    private let parameters: ConnectionParameters
    private let mode: String

    init(_ parameters: ConnectionParameters) {
        self.parameters = parameters
        mode = parameters["sslmode"] ?? Environment[nonEmpty: "PGSSLMODE"] ?? "prefer"
    }

    /// How one attempt of these goes on with the next.
    enum Step {
        case connect(ConnectionParameters)
        case connectThroughRelay(ConnectionParameters)
        case fail(PostgresError)
    }

    var first: Step {
        // Kerberos needs no password, and its encryption neither has channels to bind nor can be looked into.
        if parameters["gssencmode"] == "require" { return .connect(withoutPassword) }
        return mode == "disable" || isOnSocket ? plain : overTLS
    }

    /// What comes after an attempt of ``overTLS`` that failed.
    func step(after error: PostgresError) -> Step {
        let isOptional = mode == "allow" || mode == "prefer"
        let asksForChannel = parameters["channel_binding"] == "require"
        if error.message.contains("authenticated client without channel binding"), !asksForChannel {
            return .connect(withoutPassword)
        }
        if error.message.contains("channel binding required, but SSL not in use"), !asksForChannel { return plain }
        // Some certificates, such as those of Ed25519, have nothing to bind to.
        let isUnbound = ["channel binding", "could not find digest", "signature algorithm"].contains {
            error.message.contains($0)
        }
        if isUnbound, error.sqlstate == nil, !asksForChannel {
            var message = error.server
            message.message = PasswordRule.unknownRefusal
            return .fail(PostgresError(.passwordWithheld, message))
        }
        // As libpq itself goes on: the server has no TLS, or its pg_hba.conf lets nobody in that way.
        let invalidAuthorization = "28000"
        if isOptional, error.sqlstate == nil ? error.message.contains("SSL") : error.sqlstate == invalidAuthorization {
            return plain
        }
        return .fail(error)
    }

    private var isOnSocket: Bool {
        let hosts = (parameters["host"] ?? Environment[nonEmpty: "PGHOST"] ?? "/").split(separator: ",")
        return parameters["hostaddr"] == nil && hosts.allSatisfy { $0.hasPrefix("/") || $0.hasPrefix("@") }
    }

    private var overTLS: Step {
        var changed = parameters
        if mode == "allow" || mode == "prefer" { changed["sslmode"] = "require" }
        changed["channel_binding"] = "require"
        changed["gssencmode"] = "disable"
        return .connect(changed)
    }

    private var plain: Step {
        var changed = parameters
        if mode == "allow" || mode == "prefer" { changed["sslmode"] = "disable" }
        changed["gssencmode"] = "disable"
        return .connectThroughRelay(changed)
    }

    /// With a password that is nobody's: libpq would look for another where none is given.
    private var withoutPassword: ConnectionParameters {
        var changed = parameters
        if mode == "allow" || mode == "prefer" { changed["sslmode"] = "require" }
        changed["password"] = String(UInt64.random(in: .min ... .max), radix: 36)
        return changed
    }
}

extension ConnectionAttempt {
    /// Connects with these parameters, and keeps the password from who asks for it in a weak way.
    func run(guarding parameters: ConnectionParameters, _ rule: PasswordRule) -> Result<Connection, PostgresError> {
        let attempt = GuardedAttempt(parameters)
        var step = attempt.first
        var isFirst = true
        while true {
            switch step {
            case .fail(let error): return .failure(error)
            case .connectThroughRelay(let parameters): return run(hostsOf: parameters, relayedBy: rule)
            case .connect(let parameters):
                let result = run(hostsOf: parameters)
                guard case .failure(let error) = result else { return result }
                guard isFirst else { return .failure(error.isOfPassword ? error.withheld : error) }
                step = attempt.step(after: error)
                isFirst = false
            }
        }
    }
}

extension PostgresError {
    fileprivate var isOfPassword: Bool { kind == .passwordRejected || kind == .passwordNeeded }

    /// It had let one in without a password a moment before.
    fileprivate var withheld: PostgresError {
        PostgresError(.passwordWithheld, ServerMessage(message: PasswordRule.unknownRefusal))
    }
}
