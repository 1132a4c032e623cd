/// Why a connection could not be opened, or a statement not be carried out.
package struct PostgresError: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// The server refused the statement. The connection can be used further.
        case server
        /// The connection could not be opened.
        case connectionFailed
        /// The connection is gone, and so is its open transaction. It is unknown whether the statement took effect.
        case connectionLost
        /// The server asks for a password and none was given.
        case passwordNeeded
        /// The password is wrong.
        case passwordRejected
        /// The server asks for the password in a way by which it must not be sent there.
        case passwordWithheld
        /// The time limit has passed. The connection may have been closed: ask `isOpen`.
        case timedOut
        /// The task was cancelled. The connection may have been closed: ask `isOpen`.
        case cancelled
        /// Whoever took the rows wants no more of them, so that the statement was stopped.
        case unwanted
        /// The call itself is invalid, or asks for something that this module does not support.
        case usage
    }

    package let kind: Kind
    /// The server's message, field by field; without SQLSTATE if the error arose on this side.
    package let server: ServerMessage
    /// Whether a server has answered at all, where the connection could not be opened.
    package var isAnswered = false
    /// What the server warned of besides: of what it could not undo, there is no other sign.
    package var warnings: [ServerMessage] = []
    /// The encoding that the session has been left in, where it is not UTF-8.
    package var otherEncoding: String?

    package init(_ kind: Kind, _ server: ServerMessage) {
        self.kind = kind
        self.server = server
    }

    package init(_ kind: Kind, _ text: String) {
        self.init(kind, ServerMessage(message: text))
    }

    /// The error in a text that stands behind so many characters of what was sent.
    func behind(_ characters: Int) -> PostgresError {
        guard let position = server.position else { return self }
        var server = server
        server.position = position > characters ? position - characters : nil
        var error = PostgresError(kind, server)
        (error.isAnswered, error.warnings, error.otherEncoding) = (isAnswered, warnings, otherEncoding)
        return error
    }

    package var message: String { server.message }
    package var sqlstate: String? { server.sqlstate }
    package var detail: String? { server.detail }
    package var hint: String? { server.hint }
}
