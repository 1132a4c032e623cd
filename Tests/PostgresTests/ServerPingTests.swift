import Postgres
import Testing

/// Whether a server answers, asked without a session.
@Suite struct ServerPingTests {
    @Test func aServerAnswersOnItsSocket() async throws {
        let server = try await TestServer.shared.value
        let parameters = server.parameters()
        let host = try #require(parameters["host"])
        let port = try #require(Int(parameters["port"] ?? "5432"))
        #expect(await ServerPing.answers(host: host, port: port, timeout: .seconds(20)))
    }

    @Test func oneThatHangsDoesNot() async throws {
        let server = try SilentServer()
        #expect(await !ServerPing.answers(host: "127.0.0.1", port: Int(server.port), timeout: .milliseconds(100)))
    }

    @Test(arguments: ["/nonexistent", "127.0.0.1", "no-such-host.invalid", "/" + String(repeating: "x", count: 200)])
    func oneThatIsNotThereDoesNot(_ host: String) async {
        #expect(await !ServerPing.answers(host: host, port: 1, timeout: .seconds(2)))
    }
}
