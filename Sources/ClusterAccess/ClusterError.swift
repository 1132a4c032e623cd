package import MultiNode
package import Postgres

/// Why a request to the cluster failed.
package struct ClusterError: Error, Sendable {
    /// The kinds of failure that callers must tell apart.
    package enum Kind: Sendable, Equatable {
        /// A server or one of tscl's own rules refused it.
        case refused
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
    /// Whether tscl's own way to a data node ended before the node had let it in, so that it says nothing of the node.
    package var isOfOpening = false
    /// Whether a server is there all the same, so that its address is right and it runs.
    package var isTurnedAway = false
    package var message: String
    package var sqlstate: String?
    package var detail: String?
    package var hint: String?
    /// The data node that refused; nil for the access node, and if nothing was sent.
    package var node: String?
    /// What to do about it.
    package var remedy: String?
    /// The character of the statement that a server points at, in Unicode scalars from 1.
    package var position: Int?

    package init(_ message: String, kind: Kind = .refused, node: String? = nil, remedy: String? = nil) {
        self.message = message
        self.kind = kind
        self.node = node
        self.remedy = remedy
    }

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
        self.node = node ?? Remedy.node(inMessage: error.message)
        switch error.kind {
        case .server, .usage: kind = .refused
        case .cancelled:
            kind = .interrupted
            message = "interrupted"
            sqlstate = nil
        case .timedOut:
            kind = .timedOut
            // The server's message says "due to user request", but no user asked for this.
            sqlstate = nil
        case .connectionFailed: kind = .connectionFailed
        case .passwordNeeded: kind = .passwordNeeded
        case .passwordRejected: kind = .passwordRejected
        case .connectionLost: kind = .connectionLost
        }
        isAccessNodeUnreachable = node == nil && [.connectionFailed, .passwordNeeded, .passwordRejected].contains(kind)
        switch error.kind {
        case .passwordNeeded where node != nil:
            remedy =
                "a password given by -W, PGPASSWORD or -d counts for data nodes too; .pgpass has one for each server"
        case .passwordRejected where node != nil:
            remedy = "a password given by -W, PGPASSWORD or -d is sent to data nodes too; .pgpass can hold another"
        case .passwordNeeded: remedy = "-W asks for the password; .pgpass and PGPASSWORD hold it"
        case .passwordRejected: remedy = "check the password: -W asks for it, .pgpass and PGPASSWORD hold it"
        case .connectionFailed where node == nil && sqlstate == nil:
            remedy = "-h, -p and PGHOST, PGPORT say where the access node is; 'sandbox up' starts one here"
        default:
            remedy = Remedy.remedy(
                sqlstate: error.sqlstate, message: error.message, detail: error.detail, node: node)
        }
    }

    /// The error for a connection to the access node that could not be opened.
    init(opening error: PostgresError) {
        self.init(error)
        isAccessNodeUnreachable = kind != .interrupted
        guard kind == .timedOut else { return }
        remedy = "the server may be down or hanging, or need more time than --timeout gives it"
    }

    /// The error for a connection to the access node that is not tried.
    init(refusingToOpen refusal: String) {
        self.init(refusal)
        isAccessNodeUnreachable = true
    }

    /// One line, for a row of a table.
    package var summary: String { Self.summary(message, detail) }

    package static func summary(_ message: String, _ detail: String?) -> String {
        // The further lines of a libpq message are advice.
        let first = cause(in: message.split(whereSeparator: \.isNewline).first ?? "")
        guard let more = detail?.split(whereSeparator: \.isNewline).first else { return first }
        return "\(first): \(cause(in: more))"
    }

    /// The part of a libpq message after the address, because the row of a table names the address already.
    private static func cause(in line: Substring) -> String {
        guard line.hasPrefix("connection to server "), let end = line.firstRange(of: " failed: ") else {
            return String(line)
        }
        return String(line[end.upperBound...])
    }
}
