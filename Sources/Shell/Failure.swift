package import CommandLanguage
import MultiNode
package import Postgres

/// Why a command did not do what it was told, as a person or a program reads it.
package struct Failure: Error, Sendable {
    package var message: String
    package var status: ExitStatus
    /// What kind of failure a connection had; nil where none was asked.
    package var kind: PostgresError.Kind?
    package var sqlstate: String?
    package var detail: String?
    package var hint: String?
    /// The node that refused; nil for the access node and for tscl itself.
    package var node: String?
    /// What to do about it.
    package var remedy: String?
    package var place: (source: SourceText, span: Span)?
    /// The character of the statement that a server points at, in Unicode scalars from 1.
    var position: Int?
    /// Whether the line at the place holds something secret.
    package var hidesLine = false
    /// Whether what was written is wrong, and so will be the next time.
    package private(set) var isAboutTheScript = false
    /// What became of each node, for programs.
    package var nodes: [NodeOutcome] = []
    /// What became of each part of the command, said where there were several.
    package var parts: [NodeOutcome] = []
    /// The command that would do what was left undone.
    package var rest: String?
    /// What was done all the same, before the failure.
    package var done: [String] = []

    package init(_ message: String, status: ExitStatus = .failed, remedy: String? = nil) {
        self.message = message
        self.status = status
        self.remedy = remedy
    }

    package init(_ diagnostic: Diagnostic, status: ExitStatus = .failed) {
        message = diagnostic.message
        self.status = status
        remedy = diagnostic.help
        place = (diagnostic.source, diagnostic.span)
        hidesLine = diagnostic.hidesLine
        isAboutTheScript = true
    }

    /// - Parameter node: the data node that was asked; nil for the access node.
    package init(_ error: PostgresError, node: String? = nil) {
        self.init(error.message)
        kind = error.kind
        sqlstate = error.sqlstate
        detail = error.detail
        hint = error.hint
        position = error.server.position
        self.node = node ?? Remedy.node(inMessage: error.message)
        switch error.kind {
        case .cancelled:
            status = .interrupted
            message = "interrupted"
            sqlstate = nil
        case .timedOut where error.sqlstate != nil:
            // The server's words are about a user's request, which there was none.
            status = .failed
            sqlstate = nil
        case .connectionFailed, .passwordNeeded, .passwordRejected: status = node == nil ? .noConnection : .failed
        default: status = .failed
        }
        switch error.kind {
        case .passwordNeeded: remedy = "-W asks for the password; .pgpass and PGPASSWORD hold it"
        case .passwordRejected: remedy = "check the password: -W asks for it, .pgpass and PGPASSWORD hold it"
        case .connectionFailed where node == nil && sqlstate == nil:
            remedy = "-h, -p and PGHOST, PGPORT say where the access node is; 'sandbox up' starts one here"
        default:
            remedy = Remedy.remedy(
                sqlstate: error.sqlstate, message: error.message, detail: error.detail, node: node)
        }
    }

    /// A connection to the access node that did not come about.
    package init(opening error: PostgresError) {
        self.init(error)
        if error.kind != .cancelled { status = .noConnection }
        guard error.kind == .timedOut else { return }
        remedy = "the server may be down or hanging, or need more time than --timeout gives it"
    }

    /// What libpq says behind the address, which the row of a table names already.
    private static func cause(in line: Substring) -> String {
        guard line.hasPrefix("connection to server "), let end = line.firstRange(of: " failed: ") else {
            return String(line)
        }
        return String(line[end.upperBound...])
    }

    /// One line, for a row of a table.
    package var summary: String {
        // What libpq adds on further lines is advice.
        let first = Self.cause(in: message.split(whereSeparator: \.isNewline).first ?? "")
        guard let more = detail?.split(whereSeparator: \.isNewline).first else { return first }
        return "\(first): \(Self.cause(in: more))"
    }

    /// The failure with every text passed through `hide`, before lines and margins take a secret apart.
    func hiding(_ hide: (String) -> String) -> Failure {
        var hidden = self
        hidden.message = hide(message)
        hidden.detail = detail.map(hide)
        hidden.hint = hint.map(hide)
        hidden.remedy = remedy.map(hide)
        hidden.rest = rest.map(hide)
        hidden.done = done.map(hide)
        hidden.nodes = nodes.map { $0.hiding(hide) }
        hidden.parts = parts.map { $0.hiding(hide) }
        return hidden
    }
}
