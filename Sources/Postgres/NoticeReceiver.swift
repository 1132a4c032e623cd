/// Holds the closure for libpq's notice callback, which is a C function and so can't capture it.
final class NoticeReceiver: Sendable {
    let receive: @Sendable (ServerMessage) -> Void

    init(_ receive: @escaping @Sendable (ServerMessage) -> Void) {
        self.receive = receive
    }
}
