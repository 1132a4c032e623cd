import Glibc
import Postgres
import Testing
import Conditions

@Suite(.onAServer) struct StopTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    /// Whether the connection's server process is busy with a statement.
    private func isActive(_ connection: Connection, _ observer: Connection) async throws -> Bool {
        try await observer.execute(
            "SELECT FROM pg_stat_activity WHERE pid = $1::int AND state = 'active' AND wait_event = 'PgSleep'",
            [String(connection.info.backendPID)]
        ).rows.count == 1
    }

    @Test func cancelledTasksCancelTheStatement() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let task = Task { try await connection.execute("SELECT pg_sleep(600)") }
        #expect(try await eventually { try await isActive(connection, observer) })
        task.cancel()
        let started = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(error?.sqlstate == "57014")
        #expect(started.duration(to: .now) < soon)
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    /// A request that reaches the server before the statement does is lost, and one that reaches it after must not hit
    /// the next statement.
    @Test func cancellingAtAnyMomentHitsNoOtherStatement() async throws {
        let connection = try await server.connect()
        for round in 0..<60 {
            let seconds = round.isMultiple(of: 3) ? "600" : "0.001"
            let task = Task { try await connection.execute("SELECT pg_sleep(\(seconds))") }
            for _ in 0..<(round % 7) { await Task.yield() }
            task.cancel()
            do {
                _ = try await task.value
            } catch let error as PostgresError {
                #expect(error.kind == .cancelled)
            }
            #expect(try await connection.execute("SELECT $1::int", [String(round)]).rows == [[String(round)]])
        }
    }

    @Test func manyAreCancelledAtOnce() async throws {
        let connections = try await withThrowingTaskGroup(of: Connection.self) { group in
            for _ in 0..<20 { group.addTask { try await server.connect() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let kinds = await withTaskGroup(of: PostgresError.Kind?.self) { group in
            for connection in connections {
                group.addTask {
                    do throws(PostgresError) {
                        _ = try await connection.execute("SELECT pg_sleep(600)")
                        return nil
                    } catch {
                        return error.kind
                    }
                }
            }
            group.cancelAll()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds == Array(repeating: .cancelled, count: 20))
    }

    @Test func statementsThatTakeTooLongAreStopped() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT pg_sleep(600)", timeout: .seconds(1))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.sqlstate == "57014")
        #expect(error?.message == "no answer within the time limit")
        #expect(try await connection.execute("SELECT 1", timeout: soon).rows == [["1"]])
    }

    /// No cancel request goes out as long as the answer is awaited all the same, and one does afterwards.
    @Test(arguments: [true, false]) func whatIsOwedAnAnswerGetsIt(isCancelled: Bool) async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let task = Task {
            try await connection.execute(
                "SELECT 'slept' FROM pg_sleep(0.5)", timeout: isCancelled ? nil : .milliseconds(50),
                patience: Patience(beforeCancelling: soon))
        }
        if isCancelled {
            #expect(try await eventually { try await isActive(connection, observer) })
            task.cancel()
        }
        #expect(try await task.value.rows == [["slept"]])
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(
                "SELECT pg_sleep(600)", timeout: .milliseconds(50),
                patience: Patience(beforeCancelling: .milliseconds(50)))
        }
        #expect(error?.kind == .timedOut && error?.sqlstate == "57014")
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test func timeoutsHoldForThoseWhoNeverPause() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(
                "SELECT a.oid FROM pg_class a, pg_class b, pg_class c", timeout: .milliseconds(300))
        }
        #expect(error?.kind == .timedOut)
    }

    @Test func otherErrorsStayWhatTheyAre() async throws {
        let connection = try await server.connect()
        _ = try await connection.execute("SET statement_timeout = 20")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT pg_sleep(600)", timeout: soon)
        }
        #expect(error?.kind == .server)
        #expect(error?.sqlstate == "57014")
        #expect(error?.message == "canceling statement due to statement timeout")
    }

    @Test func waitingForATurnEndsToo() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let first = Task { try await connection.execute("SELECT pg_sleep(600)") }
        #expect(try await eventually { try await isActive(connection, observer) })
        let late = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT 1", timeout: .milliseconds(20))
        }
        #expect(late?.kind == .timedOut)
        let second = Task { try await connection.execute("SELECT 1") }
        second.cancel()
        let cancelled = await #expect(throws: PostgresError.self) { try await second.value }
        #expect(cancelled?.kind == .cancelled)
        first.cancel()
        _ = await first.result
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test func nothingIsSentWithoutTime() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("CREATE TABLE never (a int)", timeout: .zero)
        }
        #expect(error?.kind == .timedOut)
        #expect(try await connection.execute("SELECT to_regclass('never')").rows == [[nil]])
    }

    // MARK: Servers that do not answer

    @Test func frozenServersAreLetGoOf() async throws {
        let server = try await TestServer.start()
        let connection = try await server.connect()
        let other = try await server.connect()
        let processes = [server.process, pid_t(connection.info.backendPID), pid_t(other.info.backendPID)]
        for process in processes { kill(process, SIGSTOP) }
        let started = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT 1", timeout: .seconds(1))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.sqlstate == nil)
        #expect(await !connection.isOpen)
        let task = Task { try await other.execute("SELECT 1") }
        task.cancel()
        let cancelled = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(cancelled?.kind == .cancelled)
        // Whoever sends something over it later is told why it is of no use.
        let later = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
        #expect(
            later?.message
                == "the connection is closed: a statement had taken longer than its 1 s, and the server did not stop it in time"
        )
        // A new connection is as stuck as the old one.
        let opening = await #expect(throws: PostgresError.self) {
            try await Connection.open(server.parameters(), timeout: .milliseconds(50))
        }
        #expect(opening?.kind == .timedOut)
        #expect(started.duration(to: .now) < soon)
        for process in processes { kill(process, SIGCONT) }
        #expect(try await server.connect().execute("SELECT 1").rows == [["1"]])
    }

    // MARK: Connections that are lost

    /// The server says why when nobody asks.
    @Test func whyATransactionThatWasIdleIsUndone() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        _ = try await connection.execute("BEGIN")
        _ = try await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 50")
        let process = String(connection.info.backendPID)
        #expect(
            try await eventually {
                try await observer.execute("SELECT FROM pg_stat_activity WHERE pid = $1::int", [process]).rows.isEmpty
            })
        let error = await #expect(throws: PostgresError.self) { try await connection.execute("COMMIT") }
        #expect(error?.kind == .connectionLost && error?.sqlstate == "25P03", "\(String(describing: error))")
    }

    @Test func terminatedBackends() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let task = Task { try await connection.execute("SELECT pg_sleep(600)") }
        #expect(try await eventually { try await isActive(connection, observer) })
        _ = try await observer.execute("SELECT pg_terminate_backend($1::int)", [String(connection.info.backendPID)])
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.kind == .connectionLost)
        #expect(error?.sqlstate == "57P01")
        #expect(await !connection.isOpen)
        let later = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
        #expect(later?.kind == .connectionLost)
    }

    @Test func backendsTerminatedWhileIdle() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let process = String(connection.info.backendPID)
        _ = try await observer.execute("SELECT pg_terminate_backend($1::int, 30000)", [process])
        let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
        #expect(error?.kind == .connectionLost)
        #expect(await !connection.isOpen)
    }

    @Test func closingEndsTheStatementUnderWay() async throws {
        let observer = try await server.connect()
        let connection = try await server.connect()
        let running = Task { try await connection.execute("SELECT pg_sleep(600)") }
        #expect(try await eventually { try await isActive(connection, observer) })
        let waiting = Task { try await connection.execute("SELECT 1") }
        await connection.close()
        for task in [running, waiting] {
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.kind == .connectionLost)
        }
        #expect(await !connection.isOpen)
    }
}
