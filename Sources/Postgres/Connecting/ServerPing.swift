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
        for address in await Self.addresses(of: host, port, until: deadline) {
            if await isAnswered(address, until: deadline) { return true }
        }
        return false
    }

    /// An address as the kernel takes it.
    private struct Address {
        let family: Int32
        let bytes: [UInt8]
    }

    private nonisolated(nonsending) static func addresses(
        of host: String, _ port: Int, until deadline: EventLoop.Instant
    ) async -> [Address] {
        if host.hasPrefix("/") || host.hasPrefix("@") {
            return socketAddress("\(host)/.s.PGSQL.\(port)").map { [$0] } ?? []
        }
        if let numeric = resolved(host, port, AI_NUMERICHOST) { return numeric }
        // The resolution of a name blocks.
        let call = try? BlockingCall { resolved(host, port, 0) }
        return await call?.value(until: deadline)?.flatMap(\.self) ?? []
    }

    /// - Returns: nil where the host has no address.
    private static func resolved(_ host: String, _ port: Int, _ flags: Int32) -> [Address]? {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = list
        while let address = next?.pointee {
            if let name = address.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: name, count: Int(address.ai_addrlen))
                addresses.append(Address(family: address.ai_family, bytes: Array(bytes)))
            }
            next = address.ai_next
        }
        return addresses
    }

    private static func socketAddress(_ path: String) -> Address? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // The length of an abstract name tells where it ends (unix(7)).
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        return Address(family: AF_UNIX, bytes: withUnsafeBytes(of: &address) { Array($0.prefix(length)) })
    }

    private nonisolated(nonsending) func isAnswered(
        _ address: Address, until deadline: EventLoop.Instant
    ) async -> Bool {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let fault = address.bytes.withUnsafeBytes { bytes in
            let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return connect(descriptor, name, socklen_t(bytes.count)) == 0 ? 0 : errno
        }
        if fault != 0 {
            guard fault == EINPROGRESS, await Self.waits(descriptor, .write, until: deadline) else { return false }
        }
        let sent = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == request.count, await Self.waits(descriptor, .read, until: deadline) else { return false }
        var answer: UInt8 = 0
        return recv(descriptor, &answer, 1, 0) == 1 && "GSN".utf8.contains(answer)
    }

    private nonisolated(nonsending) static func waits(
        _ descriptor: Int32, _ interest: EventLoop.Interest, until deadline: EventLoop.Instant
    ) async -> Bool {
        await EventLoop.shared.wait(for: descriptor, interest, until: deadline) == .ready
    }
}
