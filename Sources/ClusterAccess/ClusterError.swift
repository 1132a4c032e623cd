package import MultiNode
package import Postgres

/// Why a request to the cluster failed.
package struct ClusterError: Error, Sendable {
    /// The kinds of failure that callers must tell apart.
    package enum Kind: Sendable, Equatable {
        /// A server or one of tscl's own rules refused it.
        case refused
        /// What answers at a data node's address is not that node.
        case mismatched
        /// The connection could not be opened.
        case connectionFailed
        /// The connection broke.
        case connectionLost
        /// The server asks for a password, and none was given.
        case passwordNeeded
        case passwordRejected
        /// The time limit has passed.
        case timedOut
        /// The task was cancelled.
        case interrupted
    }

    package var kind: Kind
    /// Whether there is no connection to the access node, so that nothing else can be asked of the cluster.
    package var isAccessNodeUnreachable = false
    /// Whether a server has answered, where the connection could not be opened: one without an SQLSTATE may not have.
    package private(set) var isAnswered = false
    /// Whether tscl's own way to a data node ended before the node had let it in, so that it says nothing of the node.
    package var isOfOpening = false
    /// Whether the server did not show what the asked `sslmode` wants, so that it is not taken for a node that is up.
    package var isUnproved = false
    /// Whether a data node was not healed, for it holds a prepared transaction that is none of the access node's.
    package internal(set) var holdsAnothers = false
    package var message: String
    package var sqlstate: String?
    package var detail: String?
    package var hint: String?
    /// The data node that refused; nil for the access node, and if nothing was sent.
    package var node: String?
    /// What to do about it.
    package var remedy: String?
    /// Whether the same command, run again, would come to the same: what helps is another one, which the remedy names.
    package var isFinal = false
    /// Whether what failed took effect all the same; nil where nobody can tell.
    package internal(set) var tookEffect: Bool? = false
    /// How the connection to the access node ended at a statement of which nobody could tell then whether it took effect: without
    /// that doubt, for whoever knows that there was nothing to take effect.
    package internal(set) var lossReason: String?
    /// The data nodes that may hold prepared parts of what failed.
    var nodesWithParts: [String] = []
    /// The character of the statement that a server points at, in Unicode scalars from 1.
    package var position: Int?

    package init(_ message: String, kind: Kind = .refused, node: String? = nil, remedy: String? = nil) {
        self.message = message
        self.kind = kind
        self.node = node
        self.remedy = remedy
    }

    /// Whether nothing came of a question but silence, which says nothing of what was asked.
    package var isSilence: Bool { [.timedOut, .connectionLost, .connectionFailed].contains(kind) }

    package static let interrupted = ClusterError("interrupted", kind: .interrupted)

    package init(_ error: MultiNodeError) {
        self.init(error.message, remedy: error.help)
    }

    /// - Parameter node: the data node that was asked; nil for the access node.
    package init(_ error: PostgresError, node: String? = nil) {
        self.init(error.message)
        sqlstate = error.sqlstate
        detail = error.detail
        hint = error.hint
        position = error.server.position
        isAnswered = error.isAnswered || sqlstate != nil
        // sqlclient_unable_to_establish_sqlconnection: the access node names the node that it does not reach.
        let unreached = error.sqlstate == "08001" ? Remedy.unreached(inMessage: error.message) : nil
        self.node = node ?? Remedy.node(inMessage: error.message) ?? unreached
        switch error.kind {
        case .server, .usage, .unwanted: kind = .refused
        case .cancelled:
            kind = .interrupted
            message = "interrupted"
            sqlstate = nil
        case .timedOut:
            kind = .timedOut
            // The server's message says "due to user request", but no user asked for this.
            sqlstate = nil
        case .connectionFailed: kind = .connectionFailed
        case .passwordWithheld:
            kind = .connectionFailed
            isAnswered = true
        case .passwordNeeded: kind = .passwordNeeded
        case .passwordRejected: kind = .passwordRejected
        case .connectionLost: kind = .connectionLost
        }
        isAccessNodeUnreachable = node == nil && [.connectionFailed, .passwordNeeded, .passwordRejected].contains(kind)
        switch error.kind {
        case .passwordNeeded where node != nil:
            remedy =
                "a password given by -W, PGPASSWORD or -d counts for data nodes too; .pgpass has one for each server"
        case .passwordNeeded: remedy = "-W asks for the password; .pgpass and PGPASSWORD hold it"
        case .passwordWithheld: remedy = Self.adviceOnPasswords
        case .connectionFailed where sqlstate == nil && TLSFailure(in: [error.message]) != nil:
            remedy = TLSFailure(in: [error.message])?.advice(node: node)
        case .connectionFailed where !isAnswered:
            // Nothing answers at the address.
            remedy =
                node.map(Remedy.unseenFromHere)
                ?? "-h, -p and PGHOST, PGPORT say where the access node is; 'sandbox up' starts one here"
        case .connectionLost where node != nil && sqlstate == nil:
            // connection_failure: appendix A of the PostgreSQL manual.
            remedy = Remedy.remedy(sqlstate: "08006", message: error.message, detail: nil, node: node)
        case .connectionFailed, .passwordRejected:
            remedy =
                refusal?.advice(node: node, message: message) ?? Self.adviceOnAnotherProtocol(message)
                ?? "a server answers there, and the message says why it opens no session; its log may say more"
        default:
            remedy = Remedy.remedy(
                sqlstate: sqlstate, message: error.message, detail: error.detail, hint: error.hint,
                source: error.server.sourceFile, node: node)
        }
    }

    private static let adviceOnPasswords =
        "have that server ask by scram-sha-256: in its pg_hba.conf, and with the role's password set while "
        + "password_encryption is scram-sha-256; or PGREQUIREAUTH=password,md5,scram-sha-256,none allows the others, "
        + "where the way there is trusted"

    /// What to do where libpq could not read what was answered at all (fe-connect.c); nil where it could.
    private static func adviceOnAnotherProtocol(_ message: String) -> String? {
        let signs = ["received invalid response to SSL negotiation", "expected authentication request from server"]
        guard signs.contains(where: message.contains) else { return nil }
        return
            "what answers there is no PostgreSQL server, as a web server or a proxy would: -p and PGPORT say the port"
    }

    /// Why the server opens no session; nil where it has opened one, or there is no server.
    package var refusal: ConnectionRefusal? {
        switch kind {
        case .passwordRejected: .passwordIsWrong
        case .connectionFailed: ConnectionRefusal(sqlstate: sqlstate)
        default: nil
        }
    }

    /// The error for a connection to the access node that could not be opened.
    ///
    /// - Parameter start: what starts that server; nil where that is not known.
    init(opening error: PostgresError, start: String? = nil) {
        self.init(error)
        isAccessNodeUnreachable = kind != .interrupted
        switch kind {
        case .timedOut:
            remedy = "the server may be down or hanging, or need more time: --timeout and connect_timeout give it more"
        case .connectionFailed where !isAnswered: remedy = start ?? remedy
        default: break
        }
    }

    /// The error for a connection to the access node that is not tried.
    init(refusingToOpen refusal: String) {
        self.init(refusal)
        isAccessNodeUnreachable = true
    }

    /// One line, for a row of a table.
    package var summary: String { Self.summary(message, detail) }

    /// Of an error that a server passes on about its own way to another, what stands behind its own words; in other
    /// languages than English all of it.
    package var cause: String {
        let text = sqlstate?.hasPrefix("08") == true ? detail ?? message : message
        let publisher = "could not connect to the publisher: "
        return ConnectionCause.text(text.hasPrefix(publisher) ? text.dropFirst(publisher.count) : text[...])
    }

    package static func summary(_ message: String, _ detail: String?) -> String {
        let first = ConnectionCause.text(message)
        guard let detail, !detail.allSatisfy(\.isNewline) else { return first }
        return "\(first): \(ConnectionCause.text(detail))"
    }
}

extension Result where Failure == ClusterError {
    package var error: ClusterError? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
