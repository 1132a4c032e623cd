import Platform

/// A message that NOTIFY sent to this session (PostgreSQL manual, "LISTEN").
package struct Notification: Sendable, Equatable {
    package let channel: String
    package let payload: String
    /// The process of the server that sent it.
    package let backendPID: Int
}

extension Connection {
    /// Receives what the server sends between statements, until the task is cancelled. Statements wait until then.
    /// Notices go to `onNotice` as always.
    ///
    /// - Returns: how the connection was lost; nil if it was not.
    package func watch(onNotification: @Sendable (Notification) -> Void) async -> PostgresError? {
        guard isOpen, (try? await takeTurn(until: nil)) != nil else { return nil }
        defer { passTurn() }
        // It stays in libpq's buffer, and what the loss says comes behind it.
        let earlier = handle.errorMessage
        while true {
            // Notifications that came with the answer to a statement are in libpq's buffer, not in the socket.
            _ = handle.isBusy
            takeNotifications()
            for notification in notifications { onNotification(notification) }
            if lostNotifications > 0 { handle.tell("\(lostNotifications) more notifications are not shown") }
            (notifications, lostNotifications) = ([], 0)
            guard await EventLoop.shared.wait(for: handle.socket, .read) == .ready else { return nil }
            // The caller of `close` needs no report of the loss.
            if isClosing { return nil }
            guard handle.consumeInput(), handle.isUsable else {
                let message = handle.errorMessage
                let own =
                    message.hasPrefix(earlier)
                    ? message.dropFirst(earlier.count).drop(while: \.isWhitespace) : message[...]
                let error = PostgresError(
                    .connectionLost, own.isEmpty ? "the server closed the connection" : String(own))
                handle.finish()
                return error
            }
        }
    }

    /// Takes the notifications that came meanwhile from libpq, which would keep them without end.
    func takeNotifications() {
        while let notification = handle.nextNotification() {
            if notifications.count < Self.mostNotifications {
                notifications.append(notification)
            } else {
                lostNotifications += 1
            }
        }
    }

    private static let mostNotifications = 10_000
}
