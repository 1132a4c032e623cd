import Platform
import Postgres
import Testing

@Suite(.onAServer) struct MessageTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    @Test func errorsHaveAllTheirFields() async throws {
        let connection = try await server.connect()
        _ = try await connection.execute("CREATE TEMP TABLE taken (id int CONSTRAINT once UNIQUE)")
        _ = try await connection.execute("INSERT INTO taken VALUES (1)")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("INSERT INTO taken VALUES ($1)", ["1"])
        }
        #expect(error?.kind == .server)
        #expect(error?.sqlstate == "23505")
        #expect(error?.message == "duplicate key value violates unique constraint \"once\"")
        #expect(error?.detail == "Key (id)=(1) already exists.")
        #expect(error?.server.severity == "ERROR")
        #expect(await connection.isOpen)
    }

    @Test func positionsCountCharacters() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT '🐘é', missing")
        }
        #expect(error?.server.position == 14)
        #expect(error?.sqlstate == "42703")
    }

    @Test func hintsAndColumns() async throws {
        let connection = try await server.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(
                """
                DO $$ BEGIN
                  RAISE 'no' USING ERRCODE = 'ZZ123', HINT = 'do', DETAIL = 'why', COLUMN = 'c', DATATYPE = 't';
                END $$
                """)
        }
        #expect(error?.sqlstate == "ZZ123")
        #expect(error?.hint == "do")
        #expect(error?.detail == "why")
    }

    @Test func noticesArriveInOrder() async throws {
        let notices = Lock<[ServerMessage]>([])
        let connection = try await server.connect { notice in notices.withLock { $0.append(notice) } }
        _ = try await connection.execute(
            "DO $$ BEGIN RAISE NOTICE 'one' USING HINT = 'first'; RAISE WARNING E'two\\nlines\\n'; END $$")
        let seen = notices.withLock { $0 }
        #expect(seen.map(\.severity) == ["NOTICE", "WARNING"])
        // TimescaleDB ends some of its messages with a line end.
        #expect(seen.map(\.message) == ["one", "two\nlines"])
        #expect(seen.first?.hint == "first")
        #expect(seen.first?.sqlstate == "00000")
    }
}
