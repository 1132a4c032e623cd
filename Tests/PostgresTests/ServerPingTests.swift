import Postgres
import Testing
import Conditions

/// Whether a server answers, asked without a session.
@Suite struct ServerPingTests {
    private let ping = ServerPing(serverVersion: 150_000)

    @Test(.onAServer) func aServerAnswersOnItsSocket() async throws {
        let server = try await TestServer.shared.value
        let parameters = server.parameters()
        let host = try #require(parameters["host"])
        let port = try #require(Int(parameters["port"] ?? "5432"))
        #expect(await ping.answers(host: host, port: port, timeout: .seconds(20)))
    }

    @Test func oneThatHangsDoesNot() async throws {
        let server = try SilentServer()
        #expect(await !ping.answers(host: "127.0.0.1", port: Int(server.port), timeout: .milliseconds(100)))
    }

    @Test(arguments: ["/nonexistent", "127.0.0.1", "no-such-host.invalid", "/" + String(repeating: "x", count: 200)])
    func oneThatIsNotThereDoesNot(_ host: String) async {
        #expect(await !ping.answers(host: host, port: 1, timeout: .seconds(2)))
    }

    /// One that is encrypted by TLS would write of each handshake that is broken off.
    @Test(arguments: [(150_000, 0x04D2_1630, "G"), (110_022, 0x04D2_162F, "S")])
    func whatIsAskedOfServers(version: Int, request: UInt32, answer: String) async throws {
        let server = try SilentServer()
        async let isAnswered = ServerPing(serverVersion: version).answers(
            host: "127.0.0.1", port: Int(server.port), timeout: .seconds(20))
        #expect(await eventually { server.hasCaller })
        #expect(await eventually { server.sent.suffix(4) == withUnsafeBytes(of: request.bigEndian, Array.init)[...] })
        server.say(answer)
        #expect(await isAnswered)
    }
}
