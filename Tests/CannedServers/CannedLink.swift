import ClusterAccess
import Platform
import Postgres

/// A connection to a canned server. It keeps track of transactions as PostgreSQL does.
final class CannedLink: Link {
    private struct State {
        var isOpen = true
        var transaction = TransactionStatus.idle
    }

    nonisolated let info: ConnectionInfo
    private let number: Int
    private let place: Place
    private let servers: CannedServers
    private let onNotice: @Sendable (ServerMessage) -> Void
    private let state = Lock(State())

    nonisolated init(
        _ number: Int, at place: Place, _ parameters: ConnectionParameters, to servers: CannedServers,
        _ onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) {
        self.number = number
        self.place = place
        self.servers = servers
        self.onNotice = onNotice
        let user = parameters["user"] ?? "postgres"
        info = ConnectionInfo(
            backendPID: number, serverVersion: 150_018, host: parameters["host"] ?? "localhost",
            hostAddress: "192.0.2.\(number % 250)", port: parameters["port"].flatMap { Int($0) } ?? 5432,
            database: parameters["dbname"] ?? user, user: user, isLocalSocket: false,
            login: parameters)
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    var transactionStatus: TransactionStatus {
        state.withLock { $0.isOpen ? $0.transaction : .unknown }
    }

    func close() {
        state.withLock { $0.isOpen = false }
        servers.noteClosed(number)
    }

    func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience
    ) async throws(PostgresError) -> QueryResult {
        try await execute(sql, values, timeout: timeout, patience: patience, trip: servers.nextTrip())
    }

    func execute(
        _ sql: String, behind first: String, timeout: Duration?, rowTaker: (any RowTaker)?
    ) async throws(PostgresError) -> QueryResult {
        let trip = servers.nextTrip()
        _ = try await execute(first, [], timeout: timeout, patience: .none, trip: trip)
        let result = try await execute(sql, [], timeout: timeout, patience: .none, trip: trip)
        return try await result.taken(by: rowTaker)
    }

    private func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience, trip: Int
    ) async throws(PostgresError) -> QueryResult {
        if Task.isCancelled { throw PostgresError(.cancelled, "cancelled before the statement was sent") }
        guard isOpen else { throw PostgresError(.connectionLost, "the connection is closed") }
        let statement = CannedServers.Statement(
            place: place, database: info.database, link: number, text: sql, values: values, timeout: timeout,
            trip: trip)
        let (own, otherwise) = servers.reply(to: statement)
        do throws(PostgresError) {
            try requireTransaction(sql)
            let result = try await carryOut(
                own ?? Self.transactionReply(to: sql, transactionStatus) ?? otherwise, timeout, patience)
            state.withLock { $0.transaction = Self.status($0.transaction, after: sql) }
            return result
        } catch {
            if error.kind != .usage {
                state.withLock { state in
                    guard state.transaction == .inTransaction else { return }
                    state.transaction = sql == "COMMIT" ? .idle : .failed
                }
            }
            throw error
        }
    }

    /// A transaction that has failed accepts only its end.
    private func requireTransaction(_ sql: String) throws(PostgresError) {
        guard transactionStatus == .failed, !["COMMIT", "ROLLBACK"].contains(sql) else { return }
        throw PostgresError(.server, ServerMessage(sqlstate: "25P02", message: "current transaction is aborted"))
    }

    /// What every server says to these, unless the test wants something else.
    private static func transactionReply(to sql: String, _ status: TransactionStatus) -> Reply? {
        switch sql {
        case "BEGIN", "ROLLBACK": .done(sql)
        case "BEGIN READ ONLY", "BEGIN ISOLATION LEVEL READ COMMITTED",
            "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY":
            .done("BEGIN")
        case "COMMIT": .done(status == .failed ? "ROLLBACK" : "COMMIT")
        default: nil
        }
    }

    private static func status(_ status: TransactionStatus, after sql: String) -> TransactionStatus {
        switch sql {
        case "BEGIN", "BEGIN READ ONLY", "BEGIN ISOLATION LEVEL READ COMMITTED",
            "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY":
            .inTransaction
        case "COMMIT", "ROLLBACK": .idle
        default: status
        }
    }

    private func carryOut(
        _ reply: Reply, _ timeout: Duration?, _ patience: Patience
    ) async throws(PostgresError) -> QueryResult {
        switch reply {
        case .result(let result): return result
        case .failure(let error): throw error
        case .silence: throw await silence(timeout)
        case .frozen:
            let error = await silence(timeout)
            close()
            throw error
        case .lost:
            close()
            throw PostgresError(.connectionLost, "server closed the connection unexpectedly")
        case .held(let gate, let reply):
            guard await pass(gate, patience) else { throw PostgresError(.cancelled, "the statement was cancelled") }
            return try await carryOut(reply, timeout, patience)
        case .completed(let gate, let reply):
            _ = await Self.passUncancelled(gate)
            return try await carryOut(reply, timeout, patience)
        case .whenCancelled(let reply):
            _ = await Gate().pass()
            return try await carryOut(reply, timeout, patience)
        case .noticed(let notice, let reply):
            onNotice(notice)
            let isWarning = notice.severity == "WARNING"
            do throws(PostgresError) {
                var result = try await carryOut(reply, timeout, patience)
                if isWarning { result.warnings.insert(notice, at: 0) }
                return result
            } catch {
                var error = error
                if isWarning { error.warnings.insert(notice, at: 0) }
                throw error
            }
        }
    }

    /// Waits for a gate; what is owed an answer before it is cancelled gets it here however long that takes.
    ///
    /// - Returns: false if the statement was cancelled first.
    private func pass(_ gate: Gate, _ patience: Patience) async -> Bool {
        patience.beforeCancelling > .zero ? await Self.passUncancelled(gate) : await gate.pass()
    }

    private static func passUncancelled(_ gate: Gate) async -> Bool {
        // A task of its own is not cancelled.
        await Task { await gate.pass() }.value
    }

    private func silence(_ timeout: Duration?) async -> PostgresError {
        if timeout != nil { return PostgresError(.timedOut, "no answer within the time limit") }
        _ = await Gate().pass()
        return PostgresError(.cancelled, "the statement was cancelled")
    }

    func pipeline(
        _ statements: [(sql: String, values: [String?])], window: Int, limit: PipelineLimit?,
        sending: @Sendable (Range<Int>) -> Bool, answered: @Sendable (Int, Result<QueryResult, PostgresError>) -> Bool
    ) async throws(PostgresError) -> [Result<QueryResult, PostgresError>] {
        var answers: [Result<QueryResult, PostgresError>] = []
        var sent = statements.count
        var announced = 0
        let trip = servers.nextTrip()
        for (sql, values) in statements where answers.count < sent {
            let batch = announced..<min(answers.count + window, sent)
            if !batch.isEmpty, announced - answers.count <= window / 2 {
                if sending(batch) { announced = batch.upperBound } else { sent = announced }
                if answers.count == sent { break }
            }
            var answer: Result<QueryResult, PostgresError>
            do throws(PostgresError) {
                answer = .success(try await execute(sql, values, timeout: limit?.time, patience: .none, trip: trip))
            } catch {
                answer = .failure(error)
            }
            var goesOn = answered(answers.count, answer)
            answers.append(answer)
            if case .failure = answer { goesOn = false }
            // These were on their way before.
            if !goesOn { sent = min(sent, answers.count - 1 + window) }
        }
        return answers
    }

    func copyOut(
        _ sql: String, timeout: Duration?, inFullPieces: Bool,
        _ take: @Sendable (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult {
        try await execute(sql, [], timeout: timeout, patience: .none)
    }

    func copyIn(
        _ sql: String, timeout: Duration?, _ feed: @Sendable () async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult {
        try await feed()
        return try await execute(sql, [], timeout: timeout, patience: .none)
    }

    func put(_ data: [UInt8]) {}

    /// A text in the form of a verifier that tells neither the password nor who made it.
    func encryptPassword(_ password: String, user: String) throws(PostgresError) -> String {
        "SCRAM-SHA-256$4096:canned$\(user):\(password.utf8.count)"
    }

    func watch(onNotification: @Sendable (Notification) -> Void) async -> PostgresError? {
        _ = await Gate().pass()
        return nil
    }
}
