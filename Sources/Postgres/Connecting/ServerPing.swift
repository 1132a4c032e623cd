import Glibc
import Platform

/// Asks whether a server answers, without authenticating.
///
/// It sends a request for GSSAPI encryption and takes the one byte of the answer (PostgreSQL manual, "Message Flow",
/// "GSSAPI Session Encryption"). A hanging server does not send that byte. A server that does logs nothing, because no
/// session was requested; it would log a TLS handshake that is broken off.
package struct ServerPing: Sendable {
    private let request: [UInt8]

    /// - Parameter serverVersion: the version of the servers (libpq, `PQserverVersion`), or of similar ones. Before
    ///   PostgreSQL 12 they know only TLS requests.
    package init(serverVersion: Int) {
        request = [0, 0, 0, 8, 0x04, 0xD2, 0x16, serverVersion >= 120_000 ? 0x30 : 0x2F]
    }

    /// - Parameter host: a name, an address, or the folder of a Unix-domain socket.
    package nonisolated(nonsending) func answers(host: String, port: Int, timeout: Duration) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        // Name resolution blocks.
        let call = try? BlockingCall { isAnswered(host: host, port: port, until: deadline) }
        return await call?.value(until: deadline) ?? false
    }

    private func isAnswered(host: String, port: Int, until deadline: ContinuousClock.Instant) -> Bool {
        if host.hasPrefix("/") || host.hasPrefix("@") {
            return Self.withSocketAddress("\(host)/.s.PGSQL.\(port)") {
                isAnswered(AF_UNIX, $0, $1, until: deadline)
            }
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return false }
        defer { freeaddrinfo(list) }
        var next = list
        while let address = next?.pointee {
            if isAnswered(address.ai_family, address.ai_addr, address.ai_addrlen, until: deadline) { return true }
            next = address.ai_next
        }
        return false
    }

    private static func withSocketAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // The length of an abstract name tells where it ends (unix(7)).
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }

    private func isAnswered(
        _ family: Int32, _ address: UnsafePointer<sockaddr>?, _ length: socklen_t,
        until deadline: ContinuousClock.Instant
    ) -> Bool {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if connect(descriptor, address, length) != 0 {
            guard errno == EINPROGRESS, Self.waits(descriptor, POLLOUT, until: deadline) else { return false }
        }
        let sent = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == request.count, Self.waits(descriptor, POLLIN, until: deadline) else { return false }
        var answer: UInt8 = 0
        return recv(descriptor, &answer, 1, 0) == 1 && "GSN".utf8.contains(answer)
    }

    private static func waits(_ descriptor: Int32, _ event: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while true {
            guard ContinuousClock.now < deadline else { return false }
            let count = poll(&entry, 1, PollTimeout.milliseconds(until: deadline))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}
