internal import CLibPQ
internal import Glibc

/// One attempt to connect, made on a thread of its own from beginning to end.
///
/// libpq offers to connect without blocking, and yet blocks while it resolves names, reads the service and the password
/// file and asks LDAP; which hosts it will resolve is known only after it has read them. A thread has room for all that.
final class ConnectionAttempt: Sendable {
    private let parameters: ConnectionParameters
    private let timeout: Duration
    private let deadline: EventLoop.Instant
    private let onNotice: @Sendable (ServerMessage) -> Void
    private let abandoned: WakePipe

    /// - Throws: `.connectionFailed` when no descriptors are left.
    init(
        _ parameters: ConnectionParameters, timeout: Duration, deadline: EventLoop.Instant,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) throws(PostgresError) {
        guard let abandoned = WakePipe() else {
            throw PostgresError(.connectionFailed, "cannot create a pipe: \(SystemError.text(errno))")
        }
        // First what may be overridden, last what may not: libpq's later values win.
        var all = ConnectionParameters([("fallback_application_name", "tscl")])
        all.append(parameters)
        all["client_encoding"] = nil
        all["client_encoding"] = "UTF8"
        self.parameters = all
        self.timeout = timeout
        self.deadline = deadline
        self.onNotice = onNotice
        self.abandoned = abandoned
    }

    /// Makes `run` return soon, unless it is blocked within libpq.
    func abandon() {
        abandoned.signal()
    }

    /// Connects, blocking, until the deadline.
    func run() -> Result<Connection, PostgresError> {
        let handle = ConnectionHandle(connectingTo: parameters, onNotice: onNotice)
        handle.showSQLSTATEInMessages()
        // "Behave as if PQconnectPoll last returned PGRES_POLLING_WRITING" (the manual).
        var awaited = Int16(POLLOUT)
        while true {
            guard handle.isConnecting else { return .failure(failure(of: handle)) }
            switch waitForSocket(handle.socket, awaited) {
            case .ready: break
            case .timedOut: return .failure(timedOut(handle))
            case .abandoned: return .failure(PostgresError(.cancelled, "connecting was cancelled"))
            }
            switch handle.pollConnect() {
            case PGRES_POLLING_READING: awaited = Int16(POLLIN)
            case PGRES_POLLING_WRITING: awaited = Int16(POLLOUT)
            case PGRES_POLLING_OK: return connection(handle)
            default: return .failure(failure(of: handle))
            }
        }
    }

    private enum Wait {
        case ready, timedOut, abandoned
    }

    private func waitForSocket(_ socket: Int32, _ events: Int16) -> Wait {
        var polled = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: abandoned.readingEnd, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let ready = poll(&polled, nfds_t(polled.count), PollTimeout.milliseconds(until: deadline))
            if ready > 0 { return polled[1].revents != 0 ? .abandoned : .ready }
            if ready == 0, ContinuousClock.now >= deadline { return .timedOut }
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
        let kind: PostgresError.Kind =
            if handle.needsPassword {
                .passwordNeeded
            } else if handle.usedPassword, message.sqlstate == "28P01" {
                .passwordRejected
            } else if !handle.hasAcceptedParameters {
                .usage
            } else {
                .connectionFailed
            }
        return PostgresError(kind, message)
    }

    private func timedOut(_ handle: borrowing ConnectionHandle) -> PostgresError {
        PostgresError(
            .timedOut, "no connection to host \"\(handle.host)\", port \(handle.port) within \(timeout)")
    }
}
