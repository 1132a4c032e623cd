import Conditions
import Foundation
import Glibc
import Postgres
import Testing

/// What a service file has for its own server goes to no other. The environment of libpq is that of the process.
@Suite struct WithheldParameterTests {
    /// What a server hears from a client of the service that asks for the password in clear.
    ///
    /// - Parameter isWithheld: whether the client is to keep the password and the address of the file to itself.
    private static func heard(isWithheld: Bool, passwordInEnvironment: String? = nil) async throws -> String {
        let file = NSTemporaryDirectory() + "/tscl-service-\(getpid())"
        // The address is one that nobody answers at.
        let entry = "[s]\nuser=u\npassword=open sesame\n" + (isWithheld ? "hostaddr=127.0.0.255\n" : "")
        try entry.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        setenv("PGSERVICEFILE", file, 1)
        if let passwordInEnvironment { setenv("PGPASSWORD", passwordInEnvironment, 1) }
        let server = try SilentServer()
        var parameters = ConnectionParameters([
            ("service", "s"), ("host", "127.0.0.1"), ("port", String(server.port)), ("sslmode", "disable"),
            // Taken for a name, whatever it looks like.
            ("dbname", "password=x"),
        ])
        if isWithheld { parameters.withheld = ["password", "hostaddr"] }
        let attempt = Task { [parameters] in try await Connection.open(parameters) }
        guard await eventually({ server.hasCaller && !server.sent.isEmpty }) else { return "nothing" }
        let before = server.sent.count
        server.say([0x52, 0, 0, 0, 8, 0, 0, 0, 3])
        guard await eventually({ server.sent.count > before || server.isLeft }) else { return "nothing" }
        let sent = String(decoding: server.sent, as: UTF8.self)
        server.hangUp()
        _ = try? await attempt.value
        return sent
    }

    @Test func aServersPasswordGoesToNoOther() async {
        await #expect(processExitsWith: .success) {
            let sent = try await Self.heard(isWithheld: true)
            #expect(sent.contains("database\0password=x\0") && !sent.contains("sesame"), "\(sent)")
        }
    }

    /// As libpq does with whichever server PGPASSWORD may be for.
    @Test func thatOfTheEnvironmentStays() async {
        await #expect(processExitsWith: .success) {
            let sent = try await Self.heard(isWithheld: true, passwordInEnvironment: "abracadabra")
            #expect(sent.contains("abracadabra") && !sent.contains("sesame"), "\(sent)")
        }
    }

    /// The test above would see it.
    @Test func otherwiseTheServicesPasswordIsSent() async {
        await #expect(processExitsWith: .success) {
            let sent = try await Self.heard(isWithheld: false)
            #expect(sent.contains("sesame"), "\(sent)")
        }
    }
}
