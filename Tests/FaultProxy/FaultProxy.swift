import Glibc
import Platform

/// Stands between a client and a server of PostgreSQL on a port of the loopback, and fails as a network or a server does,
/// at a moment that a test chooses.
///
/// It reads the messages of both sides (PostgreSQL manual, "Message Formats"), so that a fault can come before a statement
/// reaches the server, or behind its work and before its answer. What is encrypted passes unread.
package final class FaultProxy: Sendable {
    /// When a fault comes.
    package enum Moment: Sendable {
        /// When a statement with these words arrives, before the server has it.
        case before(String)
        /// When the server has done all of a statement with these words, before anything of its answer is passed on.
        case behind(String)
        /// When the next client calls.
        case calling
    }

    /// What goes wrong.
    package enum Fault: Sendable {
        /// Both connections end.
        case cut
        /// The client hears that the server has ended, and the server hears nothing.
        case halfClose
        /// Nothing of this connection gets through until `release`.
        case hold
        /// All connections end, and nobody is let in until `mend`.
        case down
        /// Nothing of any connection gets through until `release`; new ones are taken, and get no answer.
        case freeze
        /// The client is told this, and the connection ends. As an outage it is what all new clients hear until `mend`.
        case refuse(sqlstate: String, String)
    }

    package let port: Int
    private let listener: Int32
    private let server: ServerPlace
    private let state = Lock(State())

    private struct State {
        var armed: (fault: Fault, moment: Moment)?
        var struck = 0
        var isDown = false
        var isClosed = false
        var isFrozen = false
        var refusal: Fault?
        var statements: [String] = []
        var sessions: [ProxiedSession] = []
    }

    package init(to server: ServerPlace) throws {
        self.server = server
        (listener, port) = try Loopback.listen()
        let isStarted = Thread.detach { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    return
                }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let self else {
                    Glibc.close(client)
                    return
                }
                self.take(client)
            }
        }
        guard isStarted else { throw FaultProxyError(description: "no thread is left") }
    }

    /// Ends everything; the port is free afterwards.
    package func close() {
        let (isFirst, sessions) = state.withLock { state in
            defer { (state.isClosed, state.sessions) = (true, []) }
            return (!state.isClosed, state.sessions)
        }
        guard isFirst else { return }
        for session in sessions { session.end() }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    // MARK: Faults

    /// Has a fault come once, at a moment.
    package func arm(_ fault: Fault, _ moment: Moment) {
        state.withLock { $0.armed = (fault, moment) }
    }

    /// Has a fault come at once: an outage of the whole server, or what happens to all that are connected.
    package func strike(_ fault: Fault) {
        let sessions = state.withLock { $0.sessions }
        switch fault {
        case .down, .freeze: apply(fault, to: nil)
        case .refuse: state.withLock { $0.refusal = fault }
        default: for session in sessions { apply(fault, to: session) }
        }
    }

    /// Lets through what was held.
    package func release() {
        let sessions = state.withLock { state in
            state.isFrozen = false
            return state.sessions
        }
        for session in sessions { session.release() }
    }

    /// Disarms what has not come, lets through what was held, and lets clients in again.
    package func mend() {
        state.withLock { ($0.armed, $0.isDown, $0.refusal) = (nil, false, nil) }
        release()
    }

    /// How many armed faults have come.
    package var struck: Int { state.withLock { $0.struck } }

    /// The statements that have arrived, in order.
    package var statements: [String] { state.withLock { $0.statements } }

    /// How many clients are connected.
    package var clients: Int { state.withLock { $0.sessions.count } }

    // MARK: Sessions

    private func take(_ client: Int32) {
        let (isRefused, isFrozen, fault) = state.withLock { state -> (Bool, Bool, Fault?) in
            var fault = state.refusal
            if case .calling = state.armed?.moment {
                fault = state.armed?.fault
                state.armed = nil
                state.struck += 1
            }
            return (state.isDown || state.isClosed, state.isFrozen, fault)
        }
        // A reset, as of a machine that has no such port.
        guard !isRefused, let socket = server.connect() else { return Loopback.reset(client) }
        let session = ProxiedSession(client: client, server: socket, of: self)
        state.withLock { $0.sessions.append(session) }
        if isFrozen { session.hold() }
        if let fault { apply(fault, to: session) }
        session.start()
    }

    /// A session has ended by itself.
    func forget(_ session: ProxiedSession) {
        state.withLock { $0.sessions.removeAll { $0 === session } }
    }

    /// The fault that a statement meets, if it has the words of the armed one.
    ///
    /// - Returns: the fault, and whether the server does the statement before.
    func fault(at statement: String) -> (fault: Fault, isBehind: Bool)? {
        state.withLock { state in
            state.statements.append(statement)
            guard let armed = state.armed else { return nil }
            let words: String
            let isBehind: Bool
            switch armed.moment {
            case .before(let text): (words, isBehind) = (text, false)
            case .behind(let text): (words, isBehind) = (text, true)
            case .calling: return nil
            }
            guard Self.has(words, in: statement) else { return nil }
            state.armed = nil
            if !isBehind { state.struck += 1 }
            return (armed.fault, isBehind)
        }
    }

    /// Whether a statement has the words, and not as the beginning of longer ones: COMMIT is not in READ COMMITTED.
    private static func has(_ words: String, in statement: String) -> Bool {
        let endsInWord = words.last?.isLetter ?? false
        return statement.ranges(of: words).contains { range in
            !endsInWord || !(statement[range.upperBound...].first?.isLetter ?? false)
        }
    }

    /// A fault behind a statement comes now.
    func strikes(_ fault: Fault, _ session: ProxiedSession) {
        // Who hears of the fault's effect can ask for it already.
        state.withLock { $0.struck += 1 }
        apply(fault, to: session)
    }

    func apply(_ fault: Fault, to session: ProxiedSession?) {
        switch fault {
        case .cut: session?.end()
        case .halfClose: session?.halfClose()
        case .hold: session?.hold()
        case .refuse(let sqlstate, let message): session?.refuse(sqlstate, message)
        case .down:
            let sessions = state.withLock { state in
                state.isDown = true
                return state.sessions
            }
            for session in sessions { session.end() }
        case .freeze:
            let sessions = state.withLock { state in
                state.isFrozen = true
                return state.sessions
            }
            for session in sessions { session.hold() }
        }
    }
}

package struct FaultProxyError: Error, CustomStringConvertible {
    package let description: String
}
