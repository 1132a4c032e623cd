import Platform

/// What a session was told with NOTIFY (PostgreSQL manual, "LISTEN").
package struct Notification: Sendable, Equatable {
    package let channel: String
    package let payload: String
    /// The process of the server that sent it.
    package let backendPID: Int
}

extension Connection {
    /// Takes in what the server sends while no statement is under way, until the task is cancelled. Statements wait for
    /// that end. Notices go where they always go.
    ///
    /// - Returns: how the connection was lost; nil when it was not.
    package func watch(onNotification: @Sendable (Notification) -> Void) async -> PostgresError? {
        guard isOpen, (try? await takeTurn(until: nil)) != nil else { return nil }
        defer { passTurn() }
        while true {
            // What came together with the answer to a statement is here already.
            _ = handle.isBusy
            while let notification = handle.nextNotification() { onNotification(notification) }
            guard await EventLoop.shared.wait(for: handle.socket, .read) == .ready else { return nil }
            // Who closes the connection meanwhile knows that it is gone.
            if isClosing { return nil }
            guard handle.consumeInput(), handle.isUsable else {
                let error = PostgresError(.connectionLost, handle.errorMessage)
                handle.finish()
                return error
            }
        }
    }
}
