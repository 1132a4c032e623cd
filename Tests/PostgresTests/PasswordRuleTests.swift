import Certificates
import Glibc
import Platform
import Postgres
import Testing
import Conditions

/// A password goes to nobody who asks for it in clear or as md5, unless that is allowed.
@Suite(.onAServer) struct PasswordRuleTests {
    private func open(
        _ role: String, _ mode: String, allowing requirement: String? = nil
    ) async throws(PostgresError) -> Connection {
        let server: TLSServer
        do { server = try await TLSServer.shared.value } catch { throw PostgresError(.usage, "\(error)") }
        var parameters = server.parameters(role, ["sslmode": mode])
        parameters.passwordRule = PasswordRule(requirement)
        return try await Connection.open(parameters)
    }

    @Test(arguments: ["disable", "allow", "prefer", "require", "verify-full"], ["clear", "md5"])
    func weakMethodsGetNone(mode: String, role: String) async throws {
        let error = await #expect(throws: PostgresError.self) { try await open(role, mode) }
        #expect(error?.kind == .passwordWithheld, "\(String(describing: error))")
        #expect(error?.message.contains("so that it gets none") == true || LibraryVersion.number >= 160_000)
        // libpq by itself, and whoever allows it, send it.
        #expect(try await open(role, mode, allowing: "password, md5").info.user == role)
    }

    @Test(arguments: ["disable", "allow", "prefer", "require", "verify-full"], ["scram", "trusted"])
    func othersAreLetIn(mode: String, role: String) async throws {
        let connection = try await open(role, mode)
        // What stood between is gone.
        #expect(try await connection.execute("SELECT repeat('x', 100000)").rows.first?.first??.count == 100_000)
        let isEncrypted = try await connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").rows
        #expect(isEncrypted == [[mode == "disable" ? "f" : "t"]])
    }

    @Test func aWrongPasswordIsStillRejected() async throws {
        let server = try await TLSServer.shared.value
        for mode in ["disable", "require"] {
            var parameters = server.parameters("scram", ["sslmode": mode, "password": "simsalabim"])
            parameters.passwordRule = PasswordRule(nil)
            let error = await #expect(throws: PostgresError.self) { try await Connection.open(parameters) }
            #expect(error?.kind == .passwordRejected, "\(mode): \(String(describing: error))")
        }
    }

    @Test func certificatesDoWithoutPassword() async throws {
        let server = try await TLSServer.shared.value
        let own = try server.authority.issue("certificate")
        var parameters = server.parameters(
            "certificate", ["sslmode": "verify-full", "sslcert": own.certificate, "sslkey": own.key])
        parameters.passwordRule = PasswordRule(nil)
        #expect(try await Connection.open(parameters).info.user == "certificate")
    }

    @Test(arguments: [
        (nil, false, false), ("", false, false), ("password,md5", true, true), ("md5", false, true),
        ("!password", false, true), ("!md5, !password", false, false), ("scram-sha-256", false, false),
    ])
    func theWordsAreThoseOfLibpq(_ requirement: String?, clear: Bool, md5: Bool) {
        let rule = PasswordRule(requirement)
        #expect(rule.allowsClear == clear && rule.allowsMD5 == md5)
    }

    /// A server of bad faith that first begins with SCRAM, as a good one does.
    @Test(arguments: [UInt8(3), 5]) func whoeverChangesTheMethodGetsNoneEither(method: UInt8) async throws {
        let server = try SilentServer()
        var parameters = server.parameters
        parameters["password"] = "open sesame"
        parameters["sslmode"] = "disable"
        parameters.passwordRule = PasswordRule(nil)
        let attempt = Task { [parameters] in try await Connection.open(parameters) }
        #expect(await eventually { server.hasCaller })
        let scram = Array("SCRAM-SHA-256".utf8) + [0, 0]
        let demand: [UInt8] =
            [0x52, 0, 0, 0, 8 + (method == 5 ? 4 : 0), 0, 0, 0, method] + (method == 5 ? [1, 2, 3, 4] : [])
        // In one go, so that libpq would find the second behind the first.
        server.say([0x52, 0, 0, 0, UInt8(8 + scram.count), 0, 0, 0, 10] + scram + demand)
        let error = await #expect(throws: PostgresError.self) { try await attempt.value }
        #expect(error?.kind == .passwordWithheld, "\(String(describing: error))")
        let sent = server.sent
        #expect(!String(decoding: sent, as: UTF8.self).contains("sesame"))
        #expect(!sent.contains { $0 == 0x70 } || !String(decoding: sent, as: UTF8.self).contains("md5"))
    }

    /// A message that is cut by the end of what is sent at once, and one that has no end.
    @Test func whatIsNoMessageEndsIt() async throws {
        let server = try SilentServer()
        var parameters = server.parameters
        parameters["password"] = "open sesame"
        parameters["sslmode"] = "disable"
        parameters.passwordRule = PasswordRule(nil)
        let attempt = Task { [parameters] in try await Connection.open(parameters) }
        #expect(await eventually { server.hasCaller })
        server.say([0x4E, 0x7F, 0xFF, 0xFF, 0xFF])
        let error = await #expect(throws: PostgresError.self) { try await attempt.value }
        #expect(error != nil)
        #expect(!String(decoding: server.sent, as: UTF8.self).contains("sesame"))
    }
}
