import Platform
import Postgres
import Testing

/// Everything goes over in UTF-8, and what does not is told.
@Suite(.onAServer) struct EncodingTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    @Test(arguments: ["SET client_encoding = 'LATIN1'", "SELECT set_config('client_encoding', 'latin-1', false)"])
    func anotherEncodingIsTold(_ statement: String) async throws {
        let connection = try await server.connect()
        #expect(try await connection.execute(statement).otherEncoding == "LATIN1")
        #expect(try await connection.execute("SET client_encoding = 'UTF8'").otherEncoding == nil)
        let answers = try await connection.pipeline(
            ["SELECT 1", statement, "RESET client_encoding"].map { ($0, []) })
        #expect(try answers.map { try $0.get().otherEncoding } == [nil, "LATIN1", nil])
    }

    @Test func anotherEncodingIsToldBehindAnErrorToo() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(
                "DO $$ BEGIN PERFORM set_config('client_encoding', 'LATIN1', false); COMMIT; PERFORM 1 / 0; END $$")
        }
        #expect(error?.otherEncoding == "LATIN1")
    }

    /// psql takes PGCLIENTENCODING; here it is as every other setting that stands before the session.
    @Test func noSettingComesBeforeTheOwn() async throws {
        let connection = try await server.connect()
        _ = try await connection.execute("CREATE ROLE latin LOGIN")
        _ = try await connection.execute("ALTER ROLE latin SET client_encoding = 'LATIN1'")
        let other = try await server.connect([("user", "latin"), ("options", "-c client_encoding=LATIN1")])
        let result = try await other.execute("SELECT current_setting('client_encoding'), chr(233)")
        #expect(result.rows == [["UTF8", "é"]])
        #expect(try await other.execute("RESET ALL").otherEncoding == nil)
        #expect(try await other.execute("DISCARD ALL").otherEncoding == nil)
    }

    /// The name of a role is in the encoding of the database that it was made in, and is sent as it is.
    @Test func valuesThatAreNoTextAreTold() async throws {
        let connection = try await server.connect()
        _ = try await connection.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        let other = try await server.connect([("dbname", "latin")])
        let query = "SELECT 'a' AS a, rolname AS b FROM pg_roles WHERE rolname ~ '^caf'"
        _ = try await other.execute("CREATE ROLE \"café\"")
        #expect(try await other.execute(query).rows == [["a", "café"]])
        let result = try await connection.execute(query)
        #expect(result.undecodedColumn == "b" && result.rows == [["a", #"caf\xE9"#]])
        // As it is to be read in an array, and in JSON.
        let within =
            "SELECT array_agg(rolname), json_build_object('r', min(rolname)) FROM pg_roles WHERE rolname ~ '^caf'"
        #expect(try await connection.execute(within).rows == [[#"{caf\\xE9}"#, #"{"r" : "caf\\xE9"}"#]])
        #expect(try await connection.execute("SELECT 'é' AS b").undecodedColumn == nil)
        let taker = ByteTaker()
        _ = try await connection.execute(query, rowTaker: taker)
        #expect(taker.areUTF8 == [true, false])
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(
                "DO $$ BEGIN RAISE 'é, %', (SELECT rolname FROM pg_roles WHERE rolname ~ '^caf'); END $$")
        }
        #expect(error?.message == #"é, caf\xE9"#)
    }

    /// Tells of each value whether it is text.
    private final class ByteTaker: RowTaker {
        private let state = Lock<[Bool]>([])
        var areUTF8: [Bool] { state.withLock { $0 } }

        func take(_ row: ReceivedRow) -> Bool {
            state.withLock { $0 += (0..<row.count).map { row.isUTF8($0) } }
            return false
        }
    }
}
