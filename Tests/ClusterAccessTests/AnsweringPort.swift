import FaultProxy
import Glibc
import Platform

/// A port at which a server answers whether it is there, and nothing else: one that has too much to do for a session.
final class AnsweringPort: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        (listener, port) = try Loopback.listen()
        _ = Thread.detach { [listener] in
            while case let caller = accept(listener, nil, nil), caller >= 0 {
                _ = send(caller, "N", 1, Int32(MSG_NOSIGNAL))
                Glibc.close(caller)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }
}
