/// Where libpq's notice callback, which is a C function without captures, finds whom to tell.
final class NoticeReceiver: Sendable {
    let receive: @Sendable (ServerMessage) -> Void

    init(_ receive: @escaping @Sendable (ServerMessage) -> Void) {
        self.receive = receive
    }
}
