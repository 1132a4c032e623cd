import CLibPQ
import Glibc

/// Stands between libpq and a server while a session begins, and hands on only what the server may ask for.
///
/// libpq's descriptor is made to lead here, and to the server again as soon as the session has begun. Each message of
/// the server's is read whole and not a byte beyond, so that nothing is left here then ("Message Flow", "Start-up").
final class StartupRelay {
    private let rule: PasswordRule
    /// libpq's own descriptor, which leads to `inner`.
    private let descriptor: Int32
    private let server: Int32
    private let inner: Int32
    private var message: [UInt8] = []
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    /// Whether what comes is text without a frame, with which only very old servers, and those without memory, refuse.
    private var isUnframed = false
    private var serverHasEnded = false
    /// Why the server is not handed on any more.
    private(set) var refusal: String?

    /// - Returns: nil if no descriptors are left.
    init?(at descriptor: Int32, _ rule: PasswordRule) {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { return nil }
        let server = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard server >= 0, dup3(pair[0], descriptor, O_CLOEXEC) >= 0 else {
            for open in [server, pair[0], pair[1]] where open >= 0 { close(open) }
            return nil
        }
        close(pair[0])
        (self.rule, self.descriptor, self.server, inner) = (rule, descriptor, server, pair[1])
    }

    deinit {
        close(server)
        close(inner)
    }

    /// Leads libpq's descriptor to the server again.
    func stepAside() -> Bool { dup3(server, descriptor, O_CLOEXEC) >= 0 }

    /// What it waits for.
    var awaited: [pollfd] {
        // One message at a time: the next is read when libpq has taken this one.
        let reads = toClient.isEmpty && !serverHasEnded && refusal == nil
        return [
            pollfd(
                fd: server, events: Int16((reads ? POLLIN : 0) | (toServer.isEmpty ? 0 : POLLOUT)), revents: 0),
            pollfd(
                fd: inner, events: Int16((toServer.isEmpty ? POLLIN : 0) | (toClient.isEmpty ? 0 : POLLOUT)),
                revents: 0),
        ]
    }

    /// Hands on what there is.
    func work() {
        if toServer.isEmpty { _ = Self.read(4096, from: inner, into: &toServer) }
        Self.send(&toServer, to: server)
        if toClient.isEmpty, !serverHasEnded, refusal == nil { readMessage() }
        Self.send(&toClient, to: inner)
        if serverHasEnded, toClient.isEmpty { shutdown(inner, Int32(SHUT_WR)) }
    }

    private func readMessage() {
        guard Self.read(missing, from: server, into: &message) else {
            serverHasEnded = true
            return handOn()
        }
        if isUnframed { return handOn() }
        guard message.count >= 5 else { return }
        let length = number(at: 1)
        // libpq's own rule for what is no frame (`PQconnectPoll`).
        if message[0] == UInt8(ascii: "E"), !(8...30_000).contains(length) {
            isUnframed = true
            return handOn()
        }
        guard (4...30_000).contains(length) else {
            refusal = "what answers there does not speak as PostgreSQL does"
            return
        }
        guard missing == 0 else { return }
        if message[0] == UInt8(ascii: "R") { refusal = rule.refusal(ofRequest: number(at: 5)) }
        if refusal == nil { handOn() }
    }

    private func handOn() {
        toClient = message
        message = []
    }

    /// How many bytes of the message are still to be read.
    private var missing: Int {
        if isUnframed { return 1024 }
        return message.count < 5 ? 5 - message.count : Int(number(at: 1)) + 1 - message.count
    }

    private func number(at index: Int) -> Int32 {
        guard message.count >= index + 4 else { return 0 }
        return message[index..<(index + 4)].reduce(0) { $0 << 8 | Int32($1) }
    }

    /// - Returns: false at the end.
    private static func read(_ count: Int, from descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        guard count > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: count)
        let read = recv(descriptor, &buffer, count, Int32(MSG_DONTWAIT))
        if read < 0 { return errno == EAGAIN || errno == EINTR }
        bytes += buffer.prefix(read)
        return read > 0
    }

    private static func send(_ bytes: inout [UInt8], to descriptor: Int32) {
        guard !bytes.isEmpty else { return }
        let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        if sent > 0 { bytes.removeFirst(sent) } else if sent < 0, errno != EAGAIN, errno != EINTR { bytes = [] }
    }
}
