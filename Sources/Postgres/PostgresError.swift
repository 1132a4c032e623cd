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
        /// The connection can take no statement at the moment.
        case busy
        /// Something was asked for that cannot be.
        case usage
    }

    package let kind: Kind
    /// The server's own fields; without SQLSTATE when it was made on this side.
    package let message: ServerMessage

    package init(_ kind: Kind, _ message: ServerMessage) {
        self.kind = kind
        self.message = message
    }

    package init(_ kind: Kind, _ text: String) {
        self.init(kind, ServerMessage(message: text))
    }

    package var sqlstate: String? { message.sqlstate }
}
