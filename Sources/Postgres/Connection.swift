import CLibPQ
import Glibc

/// One connection to a PostgreSQL server, over libpq without blocking.
///
/// One statement runs at a time: a second one waits for its turn.
package actor Connection {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

    private var handle: Handle?
    private let canceller: Canceller
    private var isBusy = false
    private var queue: [CheckedContinuation<Void, Never>] = []
    package nonisolated let info: ConnectionInfo

    private init(_ handle: consuming sending Handle) {
        canceller = Canceller(CancelHandle(handle.pointer))
        info = ConnectionInfo(handle.pointer)
        self.handle = consume handle
    }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - timeout: for everything, name resolution included.
    ///   - onNotice: is called on the event loop for each notice.
    /// - Throws: `connectionFailed`, `passwordNeeded`, `passwordRejected`, `timedOut`, `cancelled`, `usage`.
    package static func open(
        _ parameters: ConnectionParameters, timeout: Duration = .seconds(10),
        onNotice: @escaping @Sendable (ServerMessage) -> Void = { _ in }
    ) async throws(PostgresError) -> Connection {
        let opening = Opening(parameters: try parameters.expanded(), deadline: .now.advanced(by: timeout))
        let connection = Connection(try await opening.open())
        await connection.receiveNotices(onNotice)
        return connection
    }

    package var isOpen: Bool { handle != nil }

    package var transactionStatus: TransactionStatus {
        guard let pointer = handle?.pointer else { return .unknown }
        return switch PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_ACTIVE: .active
        case PQTRANS_INTRANS: .inTransaction
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    package func close() {
        handle = nil
        canceller.disarm()
    }

    /// The SCRAM verifier of a password, which is all of it that a server needs.
    package func encryptPassword(_ password: String, user: String) throws(PostgresError) -> String {
        guard let pointer = handle?.pointer else { throw PostgresError(.connectionLost, "the connection is closed") }
        guard let verifier = PQencryptPasswordConn(pointer, password, user, "scram-sha-256") else {
            throw PostgresError(.usage, PostgresError.trimmed(String(cString: PQerrorMessage(pointer))))
        }
        defer { PQfreemem(verifier) }
        return String(cString: verifier)
    }

    // MARK: Statements

    /// Runs one statement.
    ///
    /// When the task is cancelled or the time is over the server is asked to cancel; one that does not answer loses its
    /// connection.
    ///
    /// - Parameter values: for `$1`…, as text; nil is NULL.
    package func execute(
        _ sql: String, _ values: [String?] = [], timeout: Duration? = nil
    ) async throws(PostgresError) -> QueryResult {
        let deadline = timeout.map { ContinuousClock.now.advanced(by: $0) }
        await takeTurn()
        defer { endTurn() }
        guard let pointer = handle?.pointer else { throw PostgresError(.connectionLost, "the connection is closed") }
        if Task.isCancelled { throw PostgresError(.cancelled, "interrupted") }
        guard !sql.utf8.contains(0) else { throw PostgresError(.usage, "a NUL byte can't be in a statement") }
        let sent = withCStrings(values) {
            PQsendQueryParams(pointer, sql, Int32(values.count), nil, values.isEmpty ? nil : $0, nil, nil, 0)
        }
        guard sent == 1 else { throw lost(pointer) }
        return try await answer(pointer, deadline: deadline)
    }

    private func answer(
        _ pointer: OpaquePointer, deadline: ContinuousClock.Instant?
    ) async throws(PostgresError) -> QueryResult {
        let canceller = canceller
        canceller.arm()
        let outcome: Result<QueryResult, PostgresError> = await withTaskCancellationHandler {
            await self.read(pointer, deadline: deadline)
        } onCancel: {
            canceller.cancel()
        }
        await canceller.settle()
        return try outcome.get()
    }

    /// Reads to the end of the answer, whatever it is: only then can the connection serve again.
    private func read(
        _ pointer: OpaquePointer, deadline: ContinuousClock.Instant?
    ) async -> Result<QueryResult, PostgresError> {
        var answer = QueryResult()
        var failure: PostgresError?
        var deadline = deadline
        var isOver = false
        while true {
            while PQflush(pointer) == 1 || PQisBusy(pointer) == 1 {
                let limit = [deadline, canceller.giveUpAt].compactMap { $0 }.min()
                let interest: EventLoop.Interest = PQflush(pointer) == 1 ? .readOrWrite : .read
                let readiness = await EventLoop.shared.wait(
                    for: PQsocket(pointer), interest, until: limit, heedsCancellation: !canceller.hasCancelled)
                if readiness == .timedOut {
                    if canceller.hasCancelled, canceller.giveUpAt.map({ $0 <= .now }) ?? false {
                        return .failure(abandon(isOver))
                    }
                    isOver = true
                    deadline = nil
                    canceller.cancel()
                }
                if readiness == .ready, PQconsumeInput(pointer) == 0 { return .failure(lost(pointer)) }
            }
            guard let result = PQgetResult(pointer) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
                answer = QueryResult(result: result)
            case PGRES_COPY_IN, PGRES_COPY_BOTH:
                _ = PQputCopyEnd(pointer, "COPY is not supported here")
                failure = failure ?? PostgresError(.usage, "COPY from or to the client is not supported; use psql")
            case PGRES_COPY_OUT:
                failure = failure ?? PostgresError(.usage, "COPY from or to the client is not supported; use psql")
                if !(await drainCopy(pointer)) { return .failure(lost(pointer)) }
            default:
                let message = ServerMessage(result: result)
                let kind: PostgresError.Kind =
                    message.sqlstate == "57014" && canceller.hasCancelled ? (isOver ? .timedOut : .cancelled) : .server
                failure = failure ?? PostgresError(kind, message)
            }
        }
        if PQstatus(pointer) == CONNECTION_BAD {
            let error = failure.map { PostgresError(.connectionLost, $0.server) } ?? lost(pointer)
            handle = nil
            return .failure(error)
        }
        if let failure { return .failure(failure) }
        return .success(answer)
    }

    /// Reads and forgets what a COPY sends, after asking for its end.
    private func drainCopy(_ pointer: OpaquePointer) async -> Bool {
        canceller.cancel()
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &buffer, 1)
            PQfreemem(buffer)
            if count == -1 { return true }
            if count == -2 { return PQstatus(pointer) != CONNECTION_BAD }
            if count == 0 {
                _ = await EventLoop.shared.wait(
                    for: PQsocket(pointer), .read, until: canceller.giveUpAt, heedsCancellation: false)
                guard PQconsumeInput(pointer) == 1 else { return false }
            }
        }
    }

    /// Lets go of a server that does not answer.
    private func abandon(_ isOver: Bool) -> PostgresError {
        if let pointer = handle?.pointer { shutdown(PQsocket(pointer), Int32(SHUT_RDWR)) }
        handle = nil
        return isOver
            ? PostgresError(.timedOut, "the server did not answer in time, nor to the request to cancel")
            : PostgresError(.cancelled, "interrupted; the server did not answer the request to cancel")
    }

    private func lost(_ pointer: OpaquePointer) -> PostgresError {
        let text = PostgresError.trimmed(PQerrorMessage(pointer).map { String(cString: $0) } ?? "")
        handle = nil
        return PostgresError(.connectionLost, text.isEmpty ? "the connection to the server was lost" : text)
    }

    // MARK: Turns

    private func takeTurn() async {
        if isBusy {
            await withCheckedContinuation { queue.append($0) }
        } else {
            isBusy = true
        }
    }

    private func endTurn() {
        if queue.isEmpty { isBusy = false } else { queue.removeFirst().resume() }
    }

    // MARK: Notices

    private func receiveNotices(_ onNotice: @escaping @Sendable (ServerMessage) -> Void) {
        guard let pointer = handle?.pointer else { return }
        let receiver = NoticeReceiver(onNotice)
        self.receiver = receiver
        PQsetNoticeReceiver(
            pointer,
            { argument, result in
                guard let argument, let result else { return }
                let receiver = Unmanaged<NoticeReceiver>.fromOpaque(argument).takeUnretainedValue()
                receiver.onNotice(ServerMessage(result: result))
            }, Unmanaged.passUnretained(receiver).toOpaque())
    }

    /// Kept as long as the handle: libpq holds it without owning it.
    private var receiver: NoticeReceiver?
}

private final class NoticeReceiver: Sendable {
    let onNotice: @Sendable (ServerMessage) -> Void
    init(_ onNotice: @escaping @Sendable (ServerMessage) -> Void) { self.onNotice = onNotice }
}
