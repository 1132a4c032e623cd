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
    private let timeout: Duration
    private let onNotice: @Sendable (ServerMessage) -> Void
    private let abandoned: WakePipe
    /// The server that the attempt waits for, in libpq's words; nil before libpq has found out which.
    private let place = Lock<String?>(nil)

    /// - Throws: `.connectionFailed` when no descriptors are left.
    init(
        _ parameters: ConnectionParameters, started: EventLoop.Instant, timeout: Duration,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) throws(PostgresError) {
        // Later values win in libpq, so defaults come first and fixed values last.
        var all = ConnectionParameters([("fallback_application_name", "tscl")])
        all.append(parameters)
        all["client_encoding"] = "UTF8"
        self.parameters = all
        self.started = started
        self.timeout = timeout
        self.onNotice = onNotice
        abandoned = try WakePipe.toConnect()
    }

    /// Makes `run` return soon, unless it is blocked within libpq.
    func abandon() {
        abandoned.signal()
    }

    /// The error for an attempt that ran out of time.
    var timedOut: PostgresError {
        guard let place = place.withLock({ $0 }) else {
            return PostgresError(.timedOut, "the name of the host was not resolved within \(timeout)")
        }
        return PostgresError(.timedOut, "connection to server \(place) failed: no answer in time")
    }

    /// Connects, blocking until the deadline at most.
    func run() -> Result<Connection, PostgresError> {
        let handle = ConnectionHandle(connectingTo: parameters, onNotice: onNotice)
        guard handle.isConnecting else { return .failure(failure(of: handle)) }
        handle.showSQLSTATEInMessages()
        let deadline = deadline(for: handle)
        // "Behave as if PQconnectPoll last returned PGRES_POLLING_WRITING" (the manual).
        var awaited = Int16(POLLOUT)
        while true {
            place.withLock { $0 = handle.place }
            switch waitForSocket(handle.socket, awaited, until: deadline) {
            case .ready: break
            case .timedOut: return .failure(timedOut)
            case .cancelled: return .failure(Self.cancelled)
            }
            switch handle.pollConnect() {
            case PGRES_POLLING_READING: awaited = Int16(POLLIN)
            case PGRES_POLLING_WRITING: awaited = Int16(POLLOUT)
            case PGRES_POLLING_OK: return connection(handle)
            default: return .failure(failure(of: handle))
            }
        }
    }

    /// The deadline, or an earlier one that `connect_timeout` asks for, which libpq itself heeds only in its blocking
    /// functions. As in libpq, `connect_timeout` counts for each host.
    private func deadline(for handle: borrowing ConnectionHandle) -> EventLoop.Instant {
        let parameters = handle.effectiveParameters
        let latest = started + timeout
        guard let seconds = parameters["connect_timeout"].flatMap({ Int($0) }), seconds > 0 else { return latest }
        let hosts = parameters["hostaddr"] ?? parameters["host"] ?? ""
        let count = hosts.split(separator: ",", omittingEmptySubsequences: false).count
        return min(latest, started + .seconds(seconds) * count)
    }

    private func waitForSocket(
        _ socket: Int32, _ events: Int16, until deadline: EventLoop.Instant
    ) -> EventLoop.Readiness {
        var polled = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: abandoned.readingEnd, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let ready = poll(&polled, nfds_t(polled.count), PollTimeout.milliseconds(until: deadline))
            if ready > 0 { return polled[1].revents != 0 ? .cancelled : .ready }
            if ContinuousClock.now >= deadline { return .timedOut }
        }
    }

    private func connection(_ handle: consuming ConnectionHandle) -> Result<Connection, PostgresError> {
        guard handle.setNonblocking(), let cancelRequest = handle.cancelRequest() else {
            return .failure(PostgresError(.connectionFailed, handle.errorMessage))
        }
        return .success(Connection(handle, cancelRequest))
    }

    private func failure(of handle: borrowing ConnectionHandle) -> PostgresError {
        let message = StartupFailure(text: handle.errorMessage).message
        let invalidPassword = "28P01"
        let kind: PostgresError.Kind =
            if handle.needsPassword {
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

extension WakePipe {
    /// - Throws: `.connectionFailed` when no descriptors are left.
    static func toConnect() throws(PostgresError) -> WakePipe {
        do throws(Errno) {
            return try WakePipe()
        } catch {
            throw PostgresError(.connectionFailed, "no file descriptor is left to connect with")
        }
    }
}
