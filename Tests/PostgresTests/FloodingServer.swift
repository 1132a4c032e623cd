import FaultProxy
import Glibc
import Platform
import Postgres

/// Lets one caller in on a port of the loopback, and sends without end once that has asked something.
final class FloodingServer: Sendable {
    private let listener: Int32
    private let port: Int

    /// - Parameters:
    ///   - first: what it answers first.
    ///   - rest: what it sends then, until nobody takes it.
    init(_ first: [UInt8], _ rest: [UInt8]) throws {
        let (listener, port) = try Loopback.listen()
        (self.listener, self.port) = (listener, port)
        guard Thread.detach({ Self.serve(listener, first, rest) }) else {
            throw TestServerError(description: "no thread is left")
        }
    }

    deinit { close(listener) }

    var parameters: ConnectionParameters {
        ConnectionParameters([
            ("host", "127.0.0.1"), ("port", String(port)), ("user", "u"), ("dbname", "d"), ("sslmode", "disable"),
            ("gssencmode", "disable"),
        ])
    }

    private static func serve(_ listener: Int32, _ first: [UInt8], _ rest: [UInt8]) {
        let caller = accept(listener, nil, nil)
        guard caller >= 0 else { return }
        defer { close(caller) }
        // AuthenticationOk, BackendKeyData and ReadyForQuery.
        let welcome: [UInt8] =
            [0x52, 0, 0, 0, 8, 0, 0, 0, 0] + [0x4B, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1] + [0x5A, 0, 0, 0, 5, 0x49]
        guard isAsked(caller), send(welcome, to: caller), isAsked(caller), send(first, to: caller) else { return }
        let block = Array(repeatElement(rest, count: max(1, 65_536 / rest.count)).joined())
        while send(block, to: caller) {}
    }

    private static func isAsked(_ caller: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1024)
        return recv(caller, &buffer, buffer.count, 0) > 0
    }

    private static func send(_ bytes: [UInt8], to caller: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
