import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// `role certificate`: a role's key and certificate where the access node looks for them.
@Suite(.timeLimit(.minutes(2))) struct RoleCertificateTests {
    private static let sum = "d2a57dc1d883fd21fb9951699df71cc7"
    private let canned = CannedCluster(nodes: 2)
    private let folder = NSTemporaryDirectory() + "tscl-\(UUID().uuidString)"

    private var key: String { "\(folder)/timescaledb/certs/\(Self.sum).key" }
    private var certificate: String { "\(folder)/timescaledb/certs/\(Self.sum).crt" }
    private var command: String { "role certificate app --ca-cert \(folder)/ca.crt --ca-key \(folder)/ca.key --days 9" }

    /// The access node's server as this one, with an authority beside it.
    private func within(
        serverIs server: String = "4711\n", tls: String = "t", _ body: () async throws -> Void
    ) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "4711\n".write(toFile: folder + "/postmaster.pid", atomically: false, encoding: .utf8)
        canned["an1"].answer(PasswordFile.server, .rows([["server": server]]))
        canned["an1"].answer(
            CertificatePlace.list(for: ["app"]),
            .rows([["role": "app", "sum": Self.sum, "ssl": tls, "data_directory": folder, "folder": ""]]))
        #expect(
            try Self.openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=authority", "-keyout", folder + "/ca.key", "-out", folder + "/ca.crt"
            ).status == 0)
        try await body()
    }

    private static func openssl(_ arguments: String...) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private func mode(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    @Test func bothAreMadeAndARenewalKeepsTheKey() async throws {
        try await within {
            let made = try await ShellTrial(canned).run(command)
            #expect(made.data.contains("app: \(certificate) written, good until "), "\(made)")
            #expect(made.data.hasSuffix("\(key) made\n"), "\(made)")
            #expect(mode(key) == 0o600 && mode(certificate) == 0o600)
            let checked = try Self.openssl("x509", "-noout", "-subject", "-in", certificate)
            #expect(checked.text.contains("CN = app") || checked.text.contains("CN=app"), "\(checked.text)")
            #expect(
                try Self.openssl("verify", "-CAfile", folder + "/ca.crt", certificate).text.contains(": OK"))

            let (firstKey, first) = (text(key), text(certificate))
            #expect(firstKey.contains("PRIVATE KEY"))
            let renewed = try await ShellTrial(canned).run(command)
            #expect(renewed.data.hasSuffix("\(key) kept\n"), "\(renewed)")
            #expect(text(key) == firstKey && text(certificate) != first && text(certificate + ".before") == first)
            #expect(!canned.toAccessNode.contains { $0.contains("PRIVATE KEY") })
        }
    }

    @Test func aDryRunWritesNothing() async throws {
        try await within {
            let dry = try await ShellTrial(canned).run("\(command) --dry-run")
            #expect(dry.data == "-- would be written: \(certificate), of app, for 9 days\n", "\(dry)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/timescaledb"))
        }
    }

    @Test func anAuthorityWithAnotherKeyIsRefusedAndNothingIsWritten() async throws {
        try await within {
            _ = try Self.openssl("genpkey", "-algorithm", "ed25519", "-out", folder + "/ca.key")
            let answer = try await ShellTrial(canned).run(command)
            #expect(
                answer.status == .failed && answer.messages.contains("the authority can't certify app"), "\(answer)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/timescaledb"))
        }
    }

    @Test func onAnotherMachineItSaysWhatIsToBeDoneThere() async throws {
        try await within(serverIs: "4711\nof another machine\n") {
            let answer = try await ShellTrial(canned).run(command)
            #expect(answer.status == .failed && answer.messages.contains("-keyout \(key) -out role.csr"), "\(answer)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/timescaledb"))
        }
    }

    @Test func withoutTLSThereIsNoUseForOne() async throws {
        try await within(tls: "f") {
            let answer = try await ShellTrial(canned).run(command)
            #expect(answer.status == .failed && answer.messages.contains("ssl = off"), "\(answer)")
        }
    }
}
