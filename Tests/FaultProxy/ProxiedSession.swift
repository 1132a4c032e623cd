import Foundation
import Glibc
import Platform

/// One client of a proxy and its connection to the server.
///
/// Each direction has a thread. The descriptors are closed when both have ended, so that neither can name another file.
final class ProxiedSession: @unchecked Sendable {
    private let client: Int32
    private let server: Int32
    private let proxy: FaultProxy
    /// Guards what follows, and tells of changes.
    private let changed = NSCondition()
    private var isHeld = false
    /// The error with which the session ends before it has begun.
    private var refusal: [UInt8]?
    private var hasEnded = false
    private var directions = 2
    /// What the client has sent that the server answers with one byte: requests for encryption.
    private var negotiations = 0
    private var isEncrypted = false
    /// How often the client has asked for ReadyForQuery, and how often the server has sent it behind the login's.
    private var asked = 0
    private var answered = -1
    /// The fault that comes when the server has sent ReadyForQuery this often.
    private var pending: (fault: FaultProxy.Fault, answered: Int)?

    init(client: Int32, server: Int32, of proxy: FaultProxy) {
        (self.client, self.server, self.proxy) = (client, server, proxy)
    }

    func start() {
        let areStarted =
            Thread.detach { [self] in
                passRequests()
                directionEnded()
            }
            && Thread.detach { [self] in
                passAnswers()
                directionEnded()
            }
        if !areStarted { end() }
    }

    // MARK: Faults

    /// Ends both connections.
    func end() {
        change { $0.hasEnded = true }
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }

    /// Ends the client's hearing alone.
    func halfClose() {
        shutdown(client, Int32(SHUT_WR))
        hold()
    }

    func hold() { change { $0.isHeld = true } }
    func release() { change { $0.isHeld = false } }

    /// Ends the session with an error: one that has not begun when the client has said what it wants, because libpq takes
    /// no error as the answer to a request for encryption.
    func refuse(_ sqlstate: String, _ message: String) {
        let error = Message.error(sqlstate, message)
        let hasBegun = change { session in
            session.refusal = error
            return session.answered >= 0
        }
        guard hasBegun else { return }
        write(error, to: client)
        end()
    }

    // MARK: Directions

    private func passRequests() {
        var buffer = MessageBuffer(hasStartup: true)
        while let bytes = read(client) {
            if change({ $0.isEncrypted }) {
                guard pass(bytes, to: server) else { return }
                continue
            }
            buffer.append(bytes)
            while let message = buffer.next() {
                guard meet(message) else { continue }
                guard pass(message.bytes, to: server) else { return }
            }
        }
        // The client has gone, so that the server's session is to end, too.
        waitWhileHeld()
        end()
    }

    /// - Returns: whether the message goes on to the server.
    private func meet(_ message: Message) -> Bool {
        if let refusal = change({ $0.refusal }) {
            write(message.isEncryptionRequest ? [UInt8(ascii: "N")] : refusal, to: client)
            if !message.isEncryptionRequest { end() }
            return false
        }
        if message.isEncryptionRequest { change { $0.negotiations += 1 } }
        if let statement = message.statement, let met = proxy.fault(at: statement) {
            if met.isBehind {
                change { $0.pending = (met.fault, $0.asked + 1) }
            } else {
                proxy.apply(met.fault, to: self)
            }
        }
        if message.asksForReady { change { $0.asked += 1 } }
        return change { !$0.hasEnded }
    }

    private func passAnswers() {
        var buffer = MessageBuffer(hasStartup: false)
        while let bytes = read(server) {
            var bytes = bytes[...]
            while change({ $0.negotiations > 0 }), let answer = bytes.popFirst() {
                change { session in
                    session.negotiations -= 1
                    session.isEncrypted = answer == UInt8(ascii: "S") || answer == UInt8(ascii: "G")
                }
                guard pass([answer], to: client) else { return }
            }
            if change({ $0.isEncrypted }) {
                guard pass(Array(bytes), to: client) else { return }
                continue
            }
            buffer.append(Array(bytes))
            while let message = buffer.next() {
                let (isKept, fault) = change { session -> (Bool, FaultProxy.Fault?) in
                    let isOfPending = session.pending.map { session.answered + 1 >= $0.answered } ?? false
                    if message.isReady { session.answered += 1 }
                    guard let pending = session.pending, session.answered >= pending.answered else {
                        return (isOfPending, nil)
                    }
                    session.pending = nil
                    return (true, pending.fault)
                }
                if isKept { change { $0.kept += message.bytes } }
                if let fault { proxy.strikes(fault, self) }
                guard !isKept || fault != nil else { continue }
                let all = change { session in
                    defer { session.kept = [] }
                    return isKept ? session.kept : message.bytes
                }
                guard pass(all, to: client) else { return }
            }
        }
        waitWhileHeld()
        end()
    }

    /// The beginning of the answer before which a fault comes.
    private var kept: [UInt8] = []

    private func directionEnded() {
        let isLast = change { session in
            session.directions -= 1
            return session.directions == 0
        }
        guard isLast else { return }
        close(client)
        close(server)
        proxy.forget(self)
    }

    /// - Returns: false if there is nothing more to be passed on.
    private func pass(_ bytes: [UInt8], to socket: Int32) -> Bool {
        waitWhileHeld()
        return change { !$0.hasEnded } && write(bytes, to: socket)
    }

    private func waitWhileHeld() {
        changed.lock()
        while isHeld, !hasEnded { changed.wait() }
        changed.unlock()
    }

    @discardableResult
    private func change<Value>(_ body: (ProxiedSession) -> Value) -> Value {
        changed.lock()
        defer {
            changed.broadcast()
            changed.unlock()
        }
        return body(self)
    }

    private func read(_ socket: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(buffer[..<count]) : nil
        }
    }

    @discardableResult
    private func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
