import FaultProxy
import Glibc
import Platform
import Postgres

/// Takes connections on a port of the loopback and says nothing of its own.
final class SilentServer: @unchecked Sendable {
    let port: Int
    private let listener: Int32
    private let caller = Lock<Int32>(-1)

    init() throws {
        (listener, port) = try Loopback.listen()
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(listener)
        let caller = caller.withLock { $0 }
        if caller >= 0 { close(caller) }
    }

    var parameters: ConnectionParameters {
        ConnectionParameters([("host", "127.0.0.1"), ("port", String(port)), ("user", "u"), ("dbname", "d")])
    }

    /// Whether someone has called; the call is taken.
    var hasCaller: Bool {
        caller.withLock { caller in
            if caller < 0 { caller = accept(listener, nil, nil) }
            return caller >= 0
        }
    }

    /// What the caller has sent and nobody has taken.
    var sent: [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = recv(caller.withLock { $0 }, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        return Array(buffer.prefix(max(0, count)))
    }

    /// Whether the caller has hung up (POLLRDHUP), so that what it sent is all there is to come; nothing is taken.
    var isLeft: Bool {
        var polled = pollfd(fd: caller.withLock { $0 }, events: Int16(0x2000), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    /// Breaks the silence.
    func say(_ text: String) { say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) {
        _ = send(caller.withLock { $0 }, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends the call without a word.
    func hangUp() { shutdown(caller.withLock { $0 }, Int32(SHUT_RDWR)) }

    /// Whether the caller has hung up again.
    var hasBeenLeft: Bool {
        let caller = caller.withLock { $0 }
        var buffer = [UInt8](repeating: 0, count: 1024)
        // What it sent before it left comes first.
        while true {
            let count = recv(caller, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0 { return count == 0 || errno == ECONNRESET }
        }
    }
}
