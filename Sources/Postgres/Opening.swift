import CLibPQ
import Glibc

/// The opening of one connection, up to a deadline of our own: libpq's connect_timeout does not count without blocking.
struct Opening: Sendable {
    let parameters: ConnectionParameters
    let deadline: ContinuousClock.Instant

    func open() async throws(PostgresError) -> sending Handle {
        var parameters = parameters
        try await resolveHost(&parameters)
        if parameters["client_encoding"] == nil { parameters["client_encoding"] = "UTF8" }
        if parameters["fallback_application_name"] == nil { parameters["fallback_application_name"] = "tscl" }
        guard let pointer = parameters.withArrays({ PQconnectStartParams($0, $1, 0) }) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        let handle = Handle(pointer)
        try await poll(handle.pointer)
        PQsetnonblocking(handle.pointer, 1)
        return handle
    }

    private func poll(_ pointer: OpaquePointer) async throws(PostgresError) {
        guard PQstatus(pointer) != CONNECTION_BAD else { throw failure(pointer) }
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED: throw failure(pointer)
            default: break
            }
            let interest: EventLoop.Interest = state == PGRES_POLLING_READING ? .read : .write
            switch await EventLoop.shared.wait(for: PQsocket(pointer), interest, until: deadline) {
            case .ready: break
            case .timedOut: throw PostgresError(.timedOut, "\(place(pointer)) did not answer in time")
            case .cancelled: throw PostgresError(.cancelled, "interrupted")
            }
            state = PQconnectPoll(pointer)
        }
    }

    /// The server whose answer did not come, in libpq's way of naming it.
    private func place(_ pointer: OpaquePointer) -> String {
        let host = PQhost(pointer).map { String(cString: $0) } ?? ""
        let port = PQport(pointer).map { String(cString: $0) } ?? ""
        return host.hasPrefix("/")
            ? "the server on socket \"\(host)/.s.PGSQL.\(port)\"" : "the server at \"\(host)\", port \(port),"
    }

    private func failure(_ pointer: OpaquePointer) -> PostgresError {
        let text = PostgresError.trimmed(PQerrorMessage(pointer).map { String(cString: $0) } ?? "")
        if PQconnectionNeedsPassword(pointer) == 1 { return PostgresError(.passwordNeeded, text) }
        if PQconnectionUsedPassword(pointer) == 1, text.contains("password authentication failed") {
            return PostgresError(.passwordRejected, text)
        }
        return PostgresError(.connectionFailed, text)
    }

    /// Gives libpq the addresses of a host that has a name.
    private func resolveHost(_ parameters: inout ConnectionParameters) async throws(PostgresError) {
        guard parameters["hostaddr"] == nil, getenv("PGHOSTADDR") == nil else { return }
        let given = parameters["host"] ?? getenv("PGHOST").map { String(cString: $0) }
        guard let host = given, HostAddress.needsResolving(host) else { return }
        let pipe = Pipe(isBlocking: true)
        let result = Lock<Result<[String], ResolverError>?>(nil)
        // The thread closes its end, so that a resolver that never answers can be left behind.
        let isStarted = DetachedThread.start {
            let answer = HostAddress.resolve(host)
            result.withLock { $0 = answer }
            close(pipe.writing)
        }
        defer { close(pipe.reading) }
        guard isStarted else { return }
        switch await EventLoop.shared.wait(for: pipe.reading, .read, until: deadline) {
        case .ready: break
        case .timedOut:
            throw PostgresError(.timedOut, "host name \"\(host)\" could not be translated to an address in time")
        case .cancelled: throw PostgresError(.cancelled, "interrupted")
        }
        switch result.withLock({ $0 }) {
        case .success(let addresses)? where !addresses.isEmpty:
            parameters["host"] = addresses.map { _ in host }.joined(separator: ",")
            parameters["hostaddr"] = addresses.joined(separator: ",")
        case .failure(let error)?:
            let text = "could not translate host name \"\(host)\" to address: \(error.message)"
            throw PostgresError(.connectionFailed, text)
        default: break
        }
    }
}

extension ConnectionInfo {
    init(_ pointer: OpaquePointer) {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
        self.init(
            backendPID: PQbackendPID(pointer), serverVersion: Int(PQserverVersion(pointer)),
            host: text(PQhost(pointer)), port: text(PQport(pointer)), database: text(PQdb(pointer)),
            user: text(PQuser(pointer)), usedPassword: PQconnectionUsedPassword(pointer) == 1)
    }
}
