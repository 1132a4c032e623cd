/// Why a connection could not be opened, or a statement not be carried out.
package struct PostgresError: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// The server refused the statement. The connection can be used further.
        case server
        /// No connection came about.
        case connectionFailed
        /// The connection is gone, and with it the transaction that was open; whether the statement that was under
        /// way had its effect is not known.
        case connectionLost
        /// The server asks for a password and none was given.
        case passwordNeeded
        /// The password given is not the right one.
        case passwordRejected
        /// The time allowed has passed. The connection may have been closed: ask `isOpen`.
        case timedOut
        /// The task was cancelled. The connection may have been closed: ask `isOpen`.
        case cancelled
        /// Something was asked for that cannot be.
        case usage
    }

    package let kind: Kind
    /// What the server said, field by field; without SQLSTATE when the error was made on this side.
    package let server: ServerMessage

    package init(_ kind: Kind, _ server: ServerMessage) {
        self.kind = kind
        self.server = server
    }

    package init(_ kind: Kind, _ text: String) {
        self.init(kind, ServerMessage(message: text))
    }

    package var message: String { server.message }
    package var sqlstate: String? { server.sqlstate }
    package var detail: String? { server.detail }
    package var hint: String? { server.hint }
}
