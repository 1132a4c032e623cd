import Glibc
import Platform
import Postgres

/// Lets one caller in on a port of the loopback, and sends without end once that has asked something.
final class FloodingServer: Sendable {
    private let listener: Int32
    private let port: UInt16

    /// - Parameters:
    ///   - first: what it answers first.
    ///   - rest: what it sends then, until nobody takes it.
    init(_ first: [UInt8], _ rest: [UInt8]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let isStarted = Thread.detach { Self.serve(listener, first, rest) }
        guard isListening, isStarted else { throw TestServerError(description: "cannot listen on the loopback") }
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
