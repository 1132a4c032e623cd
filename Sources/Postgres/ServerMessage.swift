import CLibPQ

/// What a server says of an error or a notice (PostgreSQL manual, 55.8).
package struct ServerMessage: Sendable, Equatable {
    /// Never translated: ERROR, WARNING, NOTICE….
    package var severity: String
    package var sqlstate: String?
    package var message: String
    package var detail: String?
    package var hint: String?
    package var context: String?
    /// Where in the statement, in characters from 1.
    package var position: Int?

    package init(
        severity: String = "ERROR", sqlstate: String? = nil, message: String, detail: String? = nil,
        hint: String? = nil
    ) {
        self.severity = severity
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.hint = hint
    }

    init(result: OpaquePointer) {
        func field(_ letter: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
        }
        severity = field("V") ?? field("S") ?? "ERROR"
        sqlstate = field("C")
        message =
            field("M") ?? PostgresError.trimmed(PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
        detail = field("D")
        hint = field("H")
        context = field("W")
        position = field("P").flatMap { Int($0) }
    }
}

/// Why a connection could not be opened or a statement not be carried out.
package struct PostgresError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The server refused the statement.
        case server
        case connectionFailed
        /// The connection ended while it was needed; what was under way may or may not have been done.
        case connectionLost
        case passwordNeeded
        case passwordRejected
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// What was asked can't be done here.
        case usage
    }

    package let kind: Kind
    package let server: ServerMessage

    init(_ kind: Kind, _ server: ServerMessage) {
        self.kind = kind
        self.server = server
    }

    package init(_ kind: Kind, _ message: String) {
        self.init(kind, ServerMessage(message: message))
    }

    package var message: String { server.message }
    package var sqlstate: String? { server.sqlstate }
    package var detail: String? { server.detail }
    package var hint: String? { server.hint }

    /// libpq ends its messages with a line end.
    static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
