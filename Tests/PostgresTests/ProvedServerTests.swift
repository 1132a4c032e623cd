import Certificates
import Postgres
import Testing
import Conditions

/// Whether a server proves itself, without a session.
@Suite(.onAServer) struct ProvedServerTests {
    private func isProved(_ others: [String: String]) async throws -> Bool {
        let server = try await TLSServer.shared.value
        return await Connection.isProved(by: server.parameters("trusted", others), within: .seconds(20))
    }

    @Test func theRightAuthorityAndHost() async throws {
        #expect(try await isProved(["sslmode": "verify-full"]))
        #expect(try await isProved(["sslmode": "require"]))
    }

    @Test func anotherAuthority() async throws {
        let other = try CertificateAuthority()
        #expect(try await !isProved(["sslmode": "verify-ca", "sslrootcert": other.certificate]))
    }

    @Test func anotherHost() async throws {
        let address = try await TLSServer.shared.value.address
        #expect(try await !isProved(["sslmode": "verify-full", "host": "elsewhere", "hostaddr": address]))
        #expect(try await isProved(["sslmode": "verify-ca", "host": "elsewhere", "hostaddr": address]))
    }

    @Test func noTLSAtAll() async throws {
        let server = try SilentServer()
        var parameters = server.parameters
        parameters["sslmode"] = "require"
        async let proved = Connection.isProved(by: parameters, within: .seconds(20))
        #expect(await eventually { server.hasCaller })
        server.say("N")
        #expect(await !proved)
    }

    @Test func nobody() async throws {
        #expect(try await !isProved(["sslmode": "verify-full", "port": "1"]))
    }
}
