import Postgres
import Testing

@Suite(.onAServer) struct PipelineTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    private func list(_ statements: String...) -> [(sql: String, values: [String?])] {
        statements.map { ($0, []) }
    }

    private func texts(_ answers: [Result<QueryResult, PostgresError>]) -> [String] {
        answers.map { answer in
            switch answer {
            case .success(let result): result.rows.first?.first.flatMap { $0 } ?? result.commandTag
            case .failure(let error): error.sqlstate ?? "\(error.kind)"
            }
        }
    }

    @Test(arguments: [1, 2, 16, 1000])
    func answersComeInOrder(_ window: Int) async throws {
        let connection = try await server.connect()
        let answers = try await connection.pipeline(
            (0..<200).map { ("SELECT $1::int", [String($0)]) }, window: window)
        #expect(texts(answers) == (0..<200).map(String.init))
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test func errorsStayApart() async throws {
        let connection = try await server.connect()
        let statements = list(
            "CREATE TEMP TABLE t (a int)", "INSERT INTO t VALUES (1)", "SELECT 1/0",
            "INSERT INTO t VALUES (2)", "SELECT 7")
        let answers = try await connection.pipeline(statements, window: 4)
        #expect(texts(answers) == ["CREATE TABLE", "INSERT 0 1", "22012", "INSERT 0 1", "7"])
        #expect(try await connection.execute("SELECT count(*) FROM t").rows == [["2"]])
    }

    @Test func nothingIsSentAfterAnError() async throws {
        let connection = try await server.connect()
        let statements = list("SELECT 1", "SELECT 1/0", "SELECT 2", "SELECT 3")
        #expect(texts(try await connection.pipeline(statements, window: 1)) == ["1", "22012"])
        let zero = try await connection.pipeline(list("SELECT 1", "SELECT '\0'", "SELECT 2"))
        #expect(texts(zero) == ["1", "usage"])
        #expect(try await connection.pipeline(list()).isEmpty)
    }

    @Test func failedTransactionsRefuseTheRest() async throws {
        let connection = try await server.connect()
        let statements = list("BEGIN", "SELECT 1/0", "SELECT 2")
        #expect(texts(try await connection.pipeline(statements)) == ["BEGIN", "22012", "25P02"])
        #expect(await connection.transactionStatus == .failed)
    }

    @Test func timeoutsStopThemAll() async throws {
        let connection = try await server.connect()
        let statements = Array(repeating: (sql: "SELECT pg_sleep(600)", values: [String?]()), count: 5)
        let answers = try await connection.pipeline(statements, window: 3, limit: .all(.seconds(1)))
        #expect(texts(answers) == ["57014", "57014", "57014"])
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test func copyEndsTheConnection() async throws {
        let connection = try await server.connect()
        let statements = list("SELECT 1", "COPY (SELECT 1) TO STDOUT", "SELECT 2")
        let answers = try await connection.pipeline(statements)
        #expect(texts(answers) == ["1", "connectionLost", "connectionLost"])
        #expect(await !connection.isOpen)
    }
}
