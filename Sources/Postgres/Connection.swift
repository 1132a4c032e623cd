package import Platform

/// A connection to a PostgreSQL server, which runs one statement at a time, in the order of the calls.
///
/// It is closed by `close`, or when the last reference to it goes.
@LoopActor package final class Connection {
    package nonisolated let info: ConnectionInfo

    var handle: ConnectionHandle
    let cancelRequest: CancelRequest
    /// How much memory an answer may take, in bytes.
    var answerLimit = AnswerLimit.ofProcess
    /// What NOTIFY sent while nobody watched, and how much more there was.
    var notifications: [Notification] = []
    var lostNotifications = 0
    /// The COPY FROM STDIN that is under way.
    var copying: StatementRun?
    /// Whether a statement has its turn. Whoever waits lets others run meanwhile, but a PostgreSQL connection can't.
    private var isTaken = false
    /// The calls that wait for their turn, in order.
    private var waiting: [EventLoop.WaitID] = []
    /// Whether `close` was called while a statement was under way.
    private(set) var isClosing = false
    /// Why it was closed; nil while it is open, and where its owner has closed it.
    private(set) var ending: String?

    nonisolated init(_ handle: consuming ConnectionHandle, _ cancelRequest: CancelRequest) {
        info = handle.info
        self.handle = handle
        self.cancelRequest = cancelRequest
    }

    /// Connects to a server.
    ///
    /// `onNotice` is called for every notice and warning of the server, on a thread that the connection uses, so it must
    /// not block.
    ///
    /// - Throws: `.connectionFailed`, `.passwordNeeded`, `.passwordRejected`, `.passwordWithheld`, `.timedOut`, `.cancelled`, or `.usage`
    ///   for parameters that libpq does not know.
    package nonisolated(nonsending) static func open(
        _ parameters: ConnectionParameters, within timeout: ConnectTimeout,
        onNotice: @escaping @Sendable (ServerMessage) -> Void = { _ in }
    ) async throws(PostgresError) -> Connection {
        guard parameters.parameters.allSatisfy({ !$0.keyword.utf8.contains(0) && !$0.value.utf8.contains(0) }) else {
            throw PostgresError(.usage, "a connection parameter cannot contain a zero byte")
        }
        let attempt = try ConnectionAttempt(parameters, started: .now, within: timeout, onNotice: onNotice)
        let call = try BlockingCall { attempt.run() }
        var deadline: EventLoop.Instant
        repeat {
            deadline = attempt.deadline
            // The attempt keeps to the deadline by itself. It exceeds it only while it is blocked within libpq.
            if let result = await call.value(until: deadline + .milliseconds(50)) { return try result.get() }
        } while attempt.deadline > deadline && !Task.isCancelled
        attempt.abandon()
        throw Task.isCancelled ? ConnectionAttempt.cancelled : attempt.timedOut
    }

    /// Connects to a server within a time that `connect_timeout` may shorten.
    package nonisolated(nonsending) static func open(
        _ parameters: ConnectionParameters, timeout: Duration = .seconds(10),
        onNotice: @escaping @Sendable (ServerMessage) -> Void = { _ in }
    ) async throws(PostgresError) -> Connection {
        try await open(parameters, within: .atMost(timeout), onNotice: onNotice)
    }

    /// Whether a server proves itself as the parameters ask, by TLS; where it is on a socket, whether it answers. No
    /// session begins: the server takes the end of the connection behind the handshake for nothing unusual.
    package nonisolated(nonsending) static func isProved(
        by parameters: ConnectionParameters, within limit: Duration
    ) async -> Bool {
        guard
            let attempt = try? ConnectionAttempt(parameters, started: .now, within: .atMost(limit), onNotice: { _ in }),
            let call = try? BlockingCall({ attempt.isProved() })
        else { return false }
        let answer = await call.value(until: attempt.deadline + .milliseconds(50))
        if answer == nil { attempt.abandon() }
        return answer ?? false
    }

    /// Closes the connection. A statement under way ends with `.connectionLost`, and so does every later one.
    package func close() {
        if isTaken {
            // A statement is waiting for the socket, so `passTurn` closes it afterwards.
            isClosing = true
            handle.shutDownSocket()
        } else {
            handle.finish()
        }
    }

    /// Whether the session takes a backslash in '…' for an escape.
    package var escapesByBackslash: Bool { handle.escapesByBackslash }

    /// Whether statements can be sent, as far as is known; the loss of a server shows only with the next statement.
    package var isOpen: Bool {
        !isClosing && handle.isUsable
    }

    package var transactionStatus: TransactionStatus {
        handle.transactionStatus
    }
}

// MARK: - Statements

extension Connection {
    /// Runs one statement, with `values` for its parameters `$1`, `$2` and so on, nil being NULL.
    ///
    /// The timeout begins with the call and includes the wait for statements that came before.
    ///
    /// - Parameter patience: what the statement is owed at its end, once it was sent.
    /// - Throws: `.server` when the server refuses; `.timedOut` and `.cancelled` when the statement was stopped;
    ///   `.connectionLost`; `.usage` for COPY to or from the client, and for a zero byte in the text or a value. It
    ///   does not throw if the statement was completed before it could be stopped.
    package func execute(
        _ sql: String, _ values: [String?] = [], timeout: Duration? = nil, patience: Patience = .none,
        rowTaker: (any RowTaker)? = nil
    ) async throws(PostgresError) -> QueryResult {
        try Self.requireNoZeroByte(sql, values)
        // The simple protocol is less work for the server, but has no values. It also runs several statements where the
        // extended protocol refuses them, so a text that may have several uses the latter.
        let isSimple = values.isEmpty && !sql.utf8.contains(UInt8(ascii: ";"))
        return try await run(timeout, patience, rowTaker) { isSimple ? $0.sendScript(sql) : $0.send(sql, values) }.last
            ?? QueryResult()
    }

    /// Runs the statements of a text one after the other, without parameters, until one fails.
    ///
    /// The server runs them in one transaction unless they contain transaction commands ("Multiple Statements in a
    /// Simple Query" in the manual), so a failure undoes all of them.
    ///
    /// - Returns: A result for each statement.
    /// - Throws: As `execute`.
    package func executeScript(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) -> [QueryResult] {
        try Self.requireNoZeroByte(sql)
        return try await run(timeout) { $0.sendScript(sql) }
    }

    /// Runs a statement behind one that has no rows, in one round trip: where that one fails, this one is not run.
    ///
    /// - Parameter sql: a single statement without a `;`: several would not be refused.
    /// - Returns: its own result.
    /// - Throws: As `execute`.
    package func execute(
        _ sql: String, behind first: String, timeout: Duration? = nil, rowTaker: (any RowTaker)? = nil
    ) async throws(PostgresError) -> QueryResult {
        try Self.requireNoZeroByte(sql)
        do throws(PostgresError) {
            let results = try await run(timeout, .none, rowTaker) { $0.sendScript("\(first);\(sql)") }
            // A comment alone has none.
            return results.count > 1 ? results[results.count - 1] : QueryResult()
        } catch {
            throw error.behind(first.unicodeScalars.count + 1)
        }
    }

    /// Where nothing has to be waited for, neither this nor what it calls gives up the thread: they are inlined, as a call of
    /// an isolated async function asks for the executor twice.
    @inline(__always)
    private func run(
        _ timeout: Duration?, _ patience: Patience = .none, _ rowTaker: (any RowTaker)? = nil,
        send: (borrowing ConnectionHandle) -> Bool
    ) async throws(PostgresError) -> [QueryResult] {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        try await takeTurn(until: deadline)
        defer { passTurn() }
        var run = StatementRun(
            timeout: timeout, deadline: deadline, patience: patience,
            receivedBefore: received, rowTaker: rowTaker)
        // Those that came while nothing ran belong to no statement.
        _ = handle.takeWarnings()
        if send(handle) {
            handle.receiveRowByRow()
            await flush(&run)
            await collect(&run)
            await settle(&run)
        } else {
            run.fail(ServerMessage(message: handle.errorMessage))
        }
        return try outcome(of: run)
    }

    /// A zero byte would end the text in C, and so change what is sent.
    ///
    /// - Throws: `.usage`.
    static func requireNoZeroByte(_ text: String, _ values: [String?] = []) throws(PostgresError) {
        guard !text.utf8.contains(0), values.allSatisfy({ !($0?.utf8.contains(0) ?? false) }) else {
            throw PostgresError(.usage, "PostgreSQL's text cannot contain a zero byte")
        }
    }

    /// - Throws: `.connectionLost` when the connection is closed.
    func requireOpen() throws(PostgresError) {
        guard isOpen else {
            throw PostgresError(.connectionLost, "the connection is closed" + (ending.map { ": \($0)" } ?? ""))
        }
    }

    /// Notes what has ended the connection, for whoever sends something over it later.
    func noteEnding(by run: StatementRun) {
        guard !isOpen, !isClosing, ending == nil else { return }
        ending =
            switch run.stop?.reason {
            case .timedOut: Self.ending(ofStatementWithin: run.timeout)
            case .cancelled, .unwanted: "the server did not stop a statement in time that was cancelled"
            case .tooLarge: "an answer had become too large"
            case .copy, nil: run.error?.message.split(whereSeparator: \.isNewline).first.map(String.init)
            }
    }
}

extension Connection {
    /// - Parameter limit: the time that the statement had.
    private static func ending(ofStatementWithin limit: Duration?) -> String {
        let tenths = limit.map { Int(($0 / .milliseconds(100)).rounded()) } ?? 0
        let seconds = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return "a statement had taken longer than its \(seconds) s, and the server did not stop it in time"
    }
}

// MARK: - One at a time

extension Connection {
    /// Waits until all earlier statements are done. After it returns, the caller must call `passTurn`.
    ///
    /// - Throws: `.timedOut`, `.cancelled` or `.connectionLost`; then the statement has not been sent.
    @inline(__always)
    func takeTurn(until deadline: EventLoop.Instant?) async throws(PostgresError) {
        if isTaken { try await awaitTurn(until: deadline) }
        try beginTurn(until: deadline)
    }

    private func awaitTurn(until deadline: EventLoop.Instant?) async throws(PostgresError) {
        let id = EventLoop.shared.reserveWake()
        waiting.append(id)
        switch await EventLoop.shared.waitToBeWoken(id, until: deadline) {
        case .ready:
            break
        case .cancelled:
            waiting.removeAll { $0 == id }
            throw Self.cancelledEarly
        case .timedOut:
            waiting.removeAll { $0 == id }
            throw Self.timedOutEarly
        }
    }

    private func beginTurn(until deadline: EventLoop.Instant?) throws(PostgresError) {
        isTaken = true
        do throws(PostgresError) {
            try requireTime(until: deadline)
            try requireOpen()
        } catch {
            passTurn()
            throw error
        }
    }

    private func requireTime(until deadline: EventLoop.Instant?) throws(PostgresError) {
        if Task.isCancelled { throw Self.cancelledEarly }
        if let deadline, deadline <= .now { throw Self.timedOutEarly }
    }

    private static let cancelledEarly = PostgresError(.cancelled, "cancelled before the statement was sent")
    private static let timedOutEarly = PostgresError(.timedOut, "no time was left to send the statement")

    func passTurn() {
        if isClosing {
            handle.finish()
            isClosing = false
        }
        // A call whose deadline has just passed can't be woken, so the next one gets the turn.
        while !waiting.isEmpty {
            if EventLoop.shared.wake(waiting.removeFirst()) { return }
        }
        isTaken = false
    }
}

// MARK: - Quoting

extension Connection {
    /// The SCRAM-SHA-256 verifier of a password, to be sent in its place (libpq, `PQencryptPasswordConn`).
    ///
    /// - Throws: `.usage` for a zero byte, `.connectionLost` if the connection is closed.
    package func encryptPassword(_ password: String, user: String) throws(PostgresError) -> String {
        try Self.requireNoZeroByte(user)
        return try quoted(password) { $0.encryptPassword($1, user: user) }
    }

    private func quoted(
        _ text: String, by quote: (borrowing ConnectionHandle, String) -> String?
    ) throws(PostgresError) -> String {
        try Self.requireNoZeroByte(text)
        try requireOpen()
        guard let quoted = quote(handle, text) else {
            throw PostgresError(.usage, handle.errorMessage)
        }
        return quoted
    }
}
