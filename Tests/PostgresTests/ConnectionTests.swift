import Postgres
import Testing

@Suite struct ConnectionTests {
    let server: TestServer

    init() throws {
        server = try TestServer.shared.get()
    }

    @Test func runsAStatement() async throws {
        let connection = try await server.connect()
        let result = try await connection.execute("SELECT $1::int + 1 AS next, $2::text AS nothing", ["41", nil])
        #expect(result.columns == [.init(name: "next", typeOID: 23), .init(name: "nothing", typeOID: 25)])
        #expect(result.rows == [["42", nil]])
        #expect(result.commandTag == "SELECT 1")
        await connection.close()
        #expect(await !connection.isOpen)
    }
}
