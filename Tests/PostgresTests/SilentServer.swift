import Glibc
import Platform
import Postgres

/// Takes connections on a port of the loopback and says nothing of its own.
final class SilentServer: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private let caller = Lock<Int32>(-1)

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw TestServerError(description: "cannot listen on the loopback") }
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
