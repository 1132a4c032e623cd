import CLibPQ
import Glibc
import Platform
import SystemPackage

/// One attempt to connect, which runs on a thread of its own.
///
/// libpq has functions to connect without blocking, but they still block while they resolve names, read the service and
/// password files and ask LDAP. Which hosts to resolve is known only after the files have been read. So the whole
/// attempt runs where it may block.
final class ConnectionAttempt: Sendable {
    static let cancelled = PostgresError(.cancelled, "connecting was cancelled")

    private let parameters: ConnectionParameters
    private let started: EventLoop.Instant
    private let timeout: ConnectTimeout
    private let onNotice: @Sendable (ServerMessage) -> Void
    private let abandoned: WakePipe
    private let progress: Lock<Progress>

    /// What the caller may want to know while the attempt runs.
    private struct Progress {
        /// The server that the attempt waits for, in libpq's words; nil before libpq has found out which.
        var place: String?
        /// It becomes later when libpq has read a longer `connect_timeout`.
        var deadline: EventLoop.Instant
    }

    /// - Throws: `.connectionFailed` when no descriptors are left.
    init(
        _ parameters: ConnectionParameters, started: EventLoop.Instant, within timeout: ConnectTimeout,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) throws(PostgresError) {
        // Later values win in libpq, so defaults come first and fixed values last.
        var all = ConnectionParameters([("fallback_application_name", "tscl")])
        all.append(parameters)
        all.passwordRule = parameters.passwordRule
        all.withheld = parameters.withheld
        all["client_encoding"] = "UTF8"
        self.parameters = all
        self.started = started
        self.timeout = timeout
        self.onNotice = onNotice
        abandoned = try WakePipe.toConnect()
        progress = Lock(Progress(deadline: started + timeout.duration))
    }

    /// Makes `run` return soon, unless it is blocked within libpq.
    func abandon() {
        abandoned.signal()
    }

    /// The time by which it ends, unless it is blocked within libpq.
    var deadline: EventLoop.Instant { progress.withLock { $0.deadline } }

    /// The error for an attempt that ran out of time.
    var timedOut: PostgresError {
        guard let place = progress.withLock({ $0.place }) else {
            let limit = started.duration(to: deadline)
            return PostgresError(.timedOut, "the name of the host was not resolved within \(limit)")
        }
        return PostgresError(.timedOut, "connection to server \(place) failed: no answer in time")
    }

    /// Connects, blocking until the deadline at most.
    ///
    /// libpq goes on with the next host after a failure. After silence it does so only in its blocking functions, so
    /// here the hosts behind a silent one are tried by another connection.
    func run() -> Result<Connection, PostgresError> {
        guard let rule = parameters.passwordRule, !rule.allowsAll else { return run(hostsOf: parameters) }
        if LibraryVersion.number >= 160_000 {
            var parameters = parameters
            if parameters["require_auth"] == nil { parameters["require_auth"] = rule.requirement }
            return run(hostsOf: parameters)
        }
        return parameters.mayHavePassword ? run(guarding: parameters, rule) : run(hostsOf: parameters)
    }

    /// - Parameter rule: kept to by a relay, which can only see what is not encrypted; nil for no relay.
    func run(
        hostsOf parameters: ConnectionParameters, relayedBy rule: PasswordRule? = nil
    ) -> Result<Connection, PostgresError> {
        var parameters = parameters
        var silent: [String] = []
        while true {
            switch run(parameters, relayedBy: rule) {
            case .ended(let connection): return connection
            case .failed(let error): return .failure(error.behind(silent))
            case .timedOut(let error, let rest):
                guard let rest, deadline > .now else { return .failure(error.behind(silent)) }
                silent.append(error.message)
                parameters = rest
            }
        }
    }

    private enum Ending {
        case ended(Result<Connection, PostgresError>)
        case failed(PostgresError)
        /// With the parameters for the hosts that were not tried; nil if there are none.
        case timedOut(PostgresError, ConnectionParameters?)
    }

    private func run(_ parameters: ConnectionParameters, relayedBy rule: PasswordRule?) -> Ending {
        let handle = ConnectionHandle(connectingTo: parameters, onNotice: onNotice)
        guard handle.isConnecting else { return .failed(failure(of: handle)) }
        handle.showSQLSTATEInMessages()
        let effective = handle.effectiveParameters
        let hosts = HostList(effective)
        let seconds = effective["connect_timeout"].flatMap { Int($0) }
        let end = progress.withLock { progress in
            // What was read the first time is for all hosts.
            if progress.place == nil {
                progress.deadline = started + timeout.whole(hosts: hosts.count, secondsForEach: seconds)
            }
            return progress.deadline
        }
        var tried = 0
        var isAnswered = false
        var deadline = end
        var relay: StartupRelay?
        // "Behave as if PQconnectPoll last returned PGRES_POLLING_WRITING" (the manual).
        var awaited = Int16(POLLOUT)
        while true {
            let place = handle.place
            let isNext = progress.withLock { progress in
                defer { progress.place = place }
                return progress.place != place
            }
            if isNext {
                // Each host has its share of the time that is left.
                let left = max(.zero, ContinuousClock.now.duration(to: end))
                deadline = .now + left / max(1, hosts.count - tried)
                tried += 1
                isAnswered = false
            }
            if let rule {
                // Each host and address has a socket of its own. What has begun to be authenticated goes by the relay.
                let isBeginning = [
                    CONNECTION_STARTED, CONNECTION_MADE, CONNECTION_NEEDED, CONNECTION_SSL_STARTUP,
                    CONNECTION_GSS_STARTUP,
                ].contains(handle.status)
                // What is encrypted can't be looked into.
                if !isBeginning, handle.usesTLS {
                    return .failed(
                        PostgresError(.passwordWithheld, ServerMessage(message: PasswordRule.unknownRefusal)))
                }
                if isBeginning {
                    relay = nil
                } else if relay == nil {
                    relay = StartupRelay(at: handle.socket, rule)
                    guard relay != nil else {
                        return .failed(PostgresError(.connectionFailed, WakePipe.noDescriptor))
                    }
                }
            }
            switch waitForSocket(handle.socket, awaited, relay, until: deadline) {
            case .ready: isAnswered = isAnswered || awaited == Int16(POLLIN) && handle.hasInput
            case .timedOut: return .timedOut(timedOut, hosts.parameters(parameters, without: max(1, tried)))
            case .cancelled: return .failed(Self.cancelled)
            }
            if let refusal = relay?.refusal {
                return .failed(PostgresError(.passwordWithheld, "connection to server \(place) failed: \(refusal)"))
            }
            switch handle.pollConnect() {
            case PGRES_POLLING_READING: awaited = Int16(POLLIN)
            case PGRES_POLLING_WRITING: awaited = Int16(POLLOUT)
            case PGRES_POLLING_OK:
                guard relay?.stepAside() ?? true else {
                    return .failed(PostgresError(.connectionFailed, WakePipe.noDescriptor))
                }
                return .ended(connection(handle))
            default:
                var failure = failure(of: handle)
                failure.isAnswered = isAnswered
                return .failed(failure)
            }
        }
    }

    /// Connects until the server has proved itself by TLS, or is there where that is not asked for.
    func isProved() -> Bool {
        let handle = ConnectionHandle(connectingTo: parameters, onNotice: onNotice)
        let end = deadline
        var awaited = Int16(POLLOUT)
        while handle.isConnecting {
            guard waitForSocket(handle.socket, awaited, nil, until: end) == .ready else { return false }
            switch handle.pollConnect() {
            case PGRES_POLLING_READING: awaited = Int16(POLLIN)
            case PGRES_POLLING_WRITING: awaited = Int16(POLLOUT)
            default: return false
            }
            // Behind the handshake libpq is where it was before, and about to ask for a session.
            if handle.status == CONNECTION_MADE, handle.usesTLS || handle.isLocalSocket { return true }
        }
        return false
    }

    private func waitForSocket(
        _ socket: Int32, _ events: Int16, _ relay: StartupRelay?, until deadline: EventLoop.Instant
    ) -> EventLoop.Readiness {
        while true {
            var polled = [
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: abandoned.readingEnd, events: Int16(POLLIN), revents: 0),
            ]
            polled += relay?.awaited ?? []
            let ready = poll(&polled, nfds_t(polled.count), PollTimeout.milliseconds(until: deadline))
            if ready > 0 {
                if polled[1].revents != 0 { return .cancelled }
                if polled[0].revents != 0 || relay == nil { return .ready }
                relay?.work()
                if relay?.refusal != nil { return .ready }
            }
            if ContinuousClock.now >= deadline { return .timedOut }
        }
    }

    private func connection(_ handle: consuming ConnectionHandle) -> Result<Connection, PostgresError> {
        guard handle.setNonblocking(), let cancelRequest = handle.cancelRequest() else {
            return .failure(PostgresError(.connectionFailed, handle.errorMessage))
        }
        // The server takes the one that was asked for; what stands between may not.
        if let encoding = handle.otherEncoding {
            let message =
                "connection to server \(handle.place) failed: the session's client_encoding is \(encoding) although UTF8 was asked for"
            return .failure(PostgresError(.connectionFailed, message))
        }
        KeepAlive(handle.effectiveParameters)?.apply(to: handle.socket)
        return .success(Connection(handle, cancelRequest))
    }

    private func failure(of handle: borrowing ConnectionHandle) -> PostgresError {
        let message = StartupFailure(text: handle.errorMessage).message
        let invalidPassword = "28P01"
        let kind: PostgresError.Kind =
            if parameters.passwordRule != nil, message.message.contains("authentication method requirement") {
                // libpq itself, from version 16 on.
                .passwordWithheld
            } else if handle.needsPassword {
                .passwordNeeded
            } else if handle.usedPassword, message.sqlstate == invalidPassword {
                .passwordRejected
            } else if handle.effectiveParameters["port"] == nil {
                // The port has a default, so libpq failed before it filled in the defaults.
                .usage
            } else {
                .connectionFailed
            }
        return PostgresError(kind, message)
    }
}

extension PostgresError {
    /// The error, behind what was said of the hosts before.
    fileprivate func behind(_ earlier: [String]) -> PostgresError {
        var message = server
        message.message = (earlier + [message.message]).joined(separator: "\n")
        var whole = PostgresError(kind, message)
        whole.isAnswered = isAnswered
        return whole
    }
}

extension WakePipe {
    /// - Throws: `.connectionFailed` when no descriptors are left.
    static func toConnect() throws(PostgresError) -> WakePipe {
        do throws(Errno) {
            return try WakePipe()
        } catch {
            throw PostgresError(.connectionFailed, noDescriptor)
        }
    }

    static let noDescriptor = "no file descriptor is left to connect with"
}
