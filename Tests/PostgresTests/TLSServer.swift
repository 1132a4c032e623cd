import Certificates
import Foundation
import Glibc
import Postgres
import Conditions

/// A PostgreSQL server that can TLS, at an address of the loopback of its own.
final class TLSServer: Sendable {
    /// The server that the tests share. Its roles are named by how they are asked for their passwords.
    static let shared = Task { try await TLSServer() }

    let authority: CertificateAuthority
    let address: String
    private let server: TestServer

    private init() async throws {
        authority = try CertificateAuthority()
        // The whole of 127.0.0.0/8 is this machine, so that no port has to be looked for.
        let process = getpid()
        address = "127.\(1 + process >> 16 & 127).\(process >> 8 & 255).\(1 + process & 127)"
        server = try await TestServer.start(
            settings: "listen_addresses = '\(address)'",
            access: """
                local all all trust
                host all clear all password
                host all md5 all md5
                host all scram all scram-sha-256
                hostssl all by_tls all scram-sha-256
                hostssl all certificate all cert
                host all trusted all trust
                """)
        let connection = try await server.connect()
        for (role, encryption) in [
            ("clear", "scram-sha-256"), ("md5", "md5"), ("scram", "scram-sha-256"), ("by_tls", "scram-sha-256"),
            ("certificate", "scram-sha-256"), ("trusted", "scram-sha-256"),
        ] {
            _ = try await connection.execute("SET password_encryption = '\(encryption)'")
            _ = try await connection.execute("CREATE ROLE \(role) LOGIN PASSWORD 'sesame'")
        }
        let data = server.folder + "/data"
        try authority.issue("server", addresses: [address]).install(inDataFolder: data)
        try FileManager.default.copyItem(atPath: authority.certificate, toPath: data + "/root.crt")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: data + "/root.crt")
        for setting in ["ssl = on", "ssl_ca_file = 'root.crt'"] {
            _ = try await connection.execute("ALTER SYSTEM SET \(setting)")
        }
        _ = try await connection.execute("SELECT pg_reload_conf()")
        let trusted = parameters("trusted", ["sslmode": "require"])
        guard await eventually({ (try? await Connection.open(trusted)) != nil }) else {
            throw TestServerError(description: "the server does not get to TLS")
        }
        await connection.close()
    }

    /// - Parameter others: of libpq's keywords; with `password` as it is, unless they say otherwise.
    func parameters(_ role: String, _ others: [String: String] = [:]) -> ConnectionParameters {
        var parameters = ConnectionParameters([
            ("host", address), ("port", "5432"), ("dbname", "postgres"), ("user", role), ("password", "sesame"),
            ("passfile", "/nowhere"), ("sslrootcert", authority.certificate), ("sslcert", "/nowhere"),
        ])
        for (keyword, value) in others { parameters[keyword] = value }
        return parameters
    }
}
