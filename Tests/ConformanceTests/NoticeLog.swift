import Foundation
import Postgres

/// The notices of a connection, in the order in which they came.
final class NoticeLog: @unchecked Sendable {
    private let lock = NSLock()
    private var received: [ServerMessage] = []

    var messages: [ServerMessage] { lock.withLock { received } }

    func append(_ message: ServerMessage) {
        lock.withLock { received.append(message) }
    }

    func clear() {
        lock.withLock { received = [] }
    }
}
