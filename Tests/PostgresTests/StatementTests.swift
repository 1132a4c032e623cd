import Platform
import Postgres
import Testing
import Conditions

@Suite(.onAServer) struct StatementTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    /// Of what a statement was not able to do, a warning may be the only sign.
    @Test func warningsBelongToTheirStatement() async throws {
        let connection = try await server.connect()
        let warned = try await connection.execute("DO $$ BEGIN RAISE WARNING 'careful'; RAISE NOTICE 'hello'; END $$")
        #expect(warned.warnings.map(\.message) == ["careful"])
        #expect(warned.warnings.first?.sqlstate == "01000")
        #expect(try await connection.execute("SELECT 1").warnings.isEmpty)
        let texts = ["SELECT 1", "ROLLBACK", "SELECT 2"]
        let many = try await connection.pipeline(texts.map { (sql: $0, values: []) })
        #expect(try many.map { try $0.get().warnings.count } == [0, 1, 0])
    }

    @Test func aStatementBehindAnotherGoesInOneRoundTripWithIt() async throws {
        let connection = try await server.connect()
        let result = try await connection.execute("SELECT 7 AS n", behind: "BEGIN READ ONLY")
        #expect(result.rows == [["7"]] && result.commandTag == "SELECT 1" && result.columns.map(\.name) == ["n"])
        #expect(await connection.transactionStatus == .inTransaction)
        _ = try await connection.execute("ROLLBACK")
        #expect(try await connection.execute("-- nothing", behind: "BEGIN READ ONLY") == QueryResult())
        _ = try await connection.execute("ROLLBACK")
    }

    /// The place of an error is that in its own text.
    @Test func whatIsRefusedBehindAnotherIsToldByItsOwnText() async throws {
        let connection = try await server.connect()
        for first in ["BEGIN READ ONLY", "SELECT 'größe'"] {
            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("SELECT wrong", behind: first)
            }
            #expect(error?.server.position == 8 && error?.sqlstate == "42703")
            _ = try await connection.execute("ROLLBACK")
        }
    }

    @Test func nothingRunsBehindAStatementThatIsRefused() async throws {
        let connection = try await server.connect()
        await #expect(throws: PostgresError.self) {
            try await connection.execute("CREATE TABLE behind_refusal ()", behind: "SELECT 1 / 0")
        }
        let found = try await connection.execute("SELECT to_regclass('behind_refusal')")
        #expect(found.rows == [[nil]])
    }

    @Test func valuesAndNulls() async throws {
        let connection = try await server.connect()
        let result = try await connection.execute("SELECT $1::int + 1 AS next, $2::text AS nothing", ["41", nil])
        #expect(result.columns == [.init(name: "next", typeOID: 23), .init(name: "nothing", typeOID: 25)])
        #expect(result.rows == [["42", nil]])
        #expect(result.commandTag == "SELECT 1")
    }

    @Test(arguments: ["", "'", "\\", "a\nb", "größe 測試 🐘", "\u{1}\u{7f}", "$1; DROP TABLE x --"])
    func textComesBackAsItWent(_ text: String) async throws {
        let connection = try await server.connect()
        #expect(try await connection.execute("SELECT $1::text", [text]).rows == [[text]])
    }

    /// A turn may be passed to a statement in the moment between its asking for one and its waiting for it.
    @Test func noStatementMissesItsTurn() async throws {
        let connection = try await server.connect()
        for _ in 0..<200 {
            let answers = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<8 {
                    group.addTask(executorPreference: EventLoop.shared) {
                        try await connection.execute("SELECT $1", [String(number)], timeout: .seconds(30)).rows.first?
                            .first ?? nil
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(answers.count == 8)
        }
    }

    @Test func severalStatementsAreRefused() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("CREATE TEMPORARY TABLE one (); CREATE TEMPORARY TABLE two ()")
        }
        #expect(error?.message.contains("multiple commands") == true)
        let result = try await connection.execute("SELECT to_regclass('pg_temp.one') IS NULL, ';'")
        #expect(result.rows == [["t", ";"]])
    }

    @Test func zeroBytesAreRefused() async throws {
        let connection = try await server.connect()
        for (sql, values) in [("SELECT '\0'", []), ("SELECT $1", ["a\0b"])] as [(String, [String?])] {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(sql, values) }
            #expect(error?.kind == .usage)
        }
        #expect(await connection.isOpen)
    }

    @Test func emptyStatements() async throws {
        let connection = try await server.connect()
        #expect(try await connection.execute("") == QueryResult())
        #expect(try await connection.execute(" -- nothing") == QueryResult())
        #expect(try await connection.executeScript("") == [QueryResult()])
    }

    @Test func rowsWithoutColumns() async throws {
        let connection = try await server.connect()
        let result = try await connection.execute("SELECT FROM generate_series(1, 3)")
        #expect(result == QueryResult(columns: [], rows: [[], [], []], commandTag: "SELECT 3"))
    }

    /// More than the buffers of both ends hold, in both directions at once.
    @Test func largeStatementsAndResults() async throws {
        let connection = try await server.connect()
        let text = String(repeating: "0123456789abcdef", count: 500_000)
        let result = try await connection.execute("SELECT $1::text, $1::text", [text])
        #expect(result.rows == [[text, text]])
        let rows = try await connection.execute("SELECT i, md5(i::text) FROM generate_series(1, 50000) i").rows
        #expect(rows.count == 50_000)
        #expect(rows.last?.first == "50000")
    }

    @Test func transactionStatus() async throws {
        let connection = try await server.connect()
        #expect(await connection.transactionStatus == .idle)
        _ = try await connection.execute("BEGIN")
        #expect(await connection.transactionStatus == .inTransaction)
        _ = try? await connection.execute("SELECT 1/0")
        #expect(await connection.transactionStatus == .failed)
        _ = try await connection.execute("ROLLBACK")
        #expect(await connection.transactionStatus == .idle)
        await connection.close()
        #expect(await connection.transactionStatus == .unknown)
    }

    @Test func scripts() async throws {
        let connection = try await server.connect()
        let results = try await connection.executeScript("SELECT 1; CREATE TEMP TABLE t (a int); SELECT a FROM t")
        #expect(results.map(\.commandTag) == ["SELECT 1", "CREATE TABLE", "SELECT 0"])
        let error = await #expect(throws: PostgresError.self) {
            try await connection.executeScript("INSERT INTO t VALUES (1); SELECT 1/0; SELECT 2")
        }
        #expect(error?.sqlstate == "22012")
        #expect(try await connection.execute("SELECT a FROM t").rows.isEmpty, "nothing remains of it")
    }

    @Test func oneStatementAtATimeInTheirOrder() async throws {
        let connection = try await server.connect()
        _ = try await connection.execute("CREATE TEMP TABLE turns (at serial, who text)")
        let tasks = (0..<20).map { number in
            Task(executorPreference: EventLoop.shared) {
                try await connection.execute("INSERT INTO turns (who) SELECT $1 FROM pg_sleep(0.002)", [String(number)])
            }
        }
        for task in tasks { _ = try await task.value }
        let rows = try await connection.execute("SELECT who FROM turns ORDER BY at").rows
        #expect(rows == (0..<20).map { [String($0)] })
    }

    @Test func closedConnectionsTakeNoStatement() async throws {
        let connection = try await server.connect()
        await connection.close()
        await connection.close()
        #expect(await !connection.isOpen)
        let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
        #expect(error == PostgresError(.connectionLost, "the connection is closed"))
        let verifier = await #expect(throws: PostgresError.self) {
            try await connection.encryptPassword("a", user: "b")
        }
        #expect(verifier?.kind == .connectionLost)
    }

    @Test func scramVerifiers() async throws {
        let connection = try await server.connect()
        let verifier = try await connection.encryptPassword("pass word", user: "someone")
        #expect(
            verifier.wholeMatch(of: /SCRAM-SHA-256\$4096:[A-Za-z0-9+\/=]{24}\$[A-Za-z0-9+\/=]{44}:[A-Za-z0-9+\/=]{44}/)
                != nil)
        #expect(try await connection.encryptPassword("pass word", user: "someone") != verifier, "each has its salt")
    }

    // MARK: COPY

    @Test(arguments: [
        "COPY t FROM STDIN", "COPY t TO STDOUT", "COPY (SELECT 1 FROM pg_class a, pg_class b, pg_class c) TO STDOUT",
    ])
    func copyIsRefused(_ sql: String) async throws {
        let connection = try await server.connect()
        _ = try await connection.execute("CREATE TEMP TABLE t (a int)")
        for _ in 0..<3 {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(sql, timeout: soon) }
            #expect(error?.kind == .usage)
            #expect(error?.message.hasPrefix("COPY ") == true)
            #expect(try await connection.execute("SELECT 1").rows == [["1"]])
        }
        let error = await #expect(throws: PostgresError.self) { try await connection.executeScript("SELECT 1; \(sql)") }
        #expect(error?.kind == .usage)
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }
}
