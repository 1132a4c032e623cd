import Certificates
import Foundation
import Testing

/// TLS between tscl and the servers, and between these.
@Suite(.timeLimit(.minutes(3))) struct EncryptionTests {
    /// A way in which dn1 is no server that a careful client talks to.
    enum Fault: CaseIterable { case otherAuthority, ended, otherHost, noTLS }

    @Test func everyConnectionIsAsCarefulAsTheUsers() async throws {
        try await EncryptedCluster.with { encrypted in
            let ping = try await encrypted.run("node ping --format csv")
            #expect(ping.status == 0, "\(ping)")
            let query = try await encrypted.run(
                "query --format csv SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            #expect(query.output.contains("dn1,t") && query.output.contains("dn2,t"), "\(query)")

            for fault in Fault.allCases {
                try await Self.introduce(fault, in: encrypted)
                let ping = try await encrypted.run("node ping --format csv")
                #expect(ping.status == 4 && ping.output.contains("dn1,refused,"), "\(fault): \(ping)")
                #expect(ping.output.contains("dn2,up,"), "\(fault): \(ping)")
                let table = try await encrypted.run("node ping dn1")
                #expect(table.errors.contains("dn1: this machine's connection: "), "\(fault): \(table)")
                let up = try await encrypted.run("if node dn1 up { echo up } else { echo down }")
                #expect(up.output == "down\n", "\(fault): \(up)")
                let check = try await encrypted.run("check")
                #expect(check.status == 5, "\(fault): \(check)")
                #expect(
                    check.output.contains("dn1: it does not prove itself as sslmode asks: "), "\(fault): \(check)")
                let refused = try await encrypted.run("query SELECT 1")
                #expect(refused.errors.contains("help: this machine's connection: "), "\(fault): \(refused)")
                #expect(try await encrypted.run("status").status == 5)
            }
            // The count of the prompt.
            let terminal = try PromptTerminal(
                ["--no-rc", "-d", encrypted.conninfo()], environment: encrypted.cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(for: "connected to ")
            let isCounted = await eventually {
                let mark = terminal.mark
                terminal.type("\r")
                return (try? await terminal.waitsForNextRow(after: mark))?.contains(" 1/2") == true
            }
            #expect(isCounted)

            try await encrypted.setTLS(true, on: "dn1")
            let wholeAgain = try await encrypted.run("node ping")
            #expect(wholeAgain.status == 0, "\(wholeAgain)")
        }
    }

    private static func introduce(_ fault: Fault, in encrypted: EncryptedCluster) async throws {
        switch fault {
        case .otherAuthority:
            let other = try CertificateAuthority()
            try await encrypted.install(other.issue("localhost", addresses: ["127.0.0.1"]), on: "dn1")
        case .ended:
            try await encrypted.install(
                encrypted.authority.issue("localhost", addresses: ["127.0.0.1"], days: -1), on: "dn1")
        case .otherHost:
            try await encrypted.install(encrypted.authority.issue("elsewhere"), on: "dn1")
        case .noTLS:
            try await encrypted.install(
                encrypted.authority.issue("localhost", addresses: ["127.0.0.1"]), on: "dn1")
            try await encrypted.setTLS(false, on: "dn1")
        }
    }

    @Test(.onTimescaleDB("the emulator's access node asks for TLS only where the node has it"))
    func whoseConnectionFailsIsTold() async throws {
        try await EncryptedCluster.with { encrypted in
            try await encrypted.setTLS(false, on: "dn1")
            let exec = try await encrypted.run("exec SELECT 1", "sslmode=prefer")
            #expect(exec.status != 0 && exec.errors.contains("08001"), "\(exec)")
            #expect(exec.errors.contains("help: the access node's own connection to dn1: with ssl on"), "\(exec)")
        }
    }

    @Test func theAccessNodeHasToProveItselfToo() async throws {
        try await EncryptedCluster.with { encrypted in
            let other = try CertificateAuthority()
            let stranger = try await encrypted.run("node list", "sslrootcert=\(other.certificate)")
            #expect(stranger.status == 3, "\(stranger)")
            #expect(
                stranger.errors.contains("help: this machine's connection: the server's certificate"), "\(stranger)")

            try await encrypted.allow("hostssl all all 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 reject", on: "an1")
            let plain = try await encrypted.run("node list", "sslmode=disable")
            #expect(plain.status == 3, "\(plain)")

            // A certificate of the role's own, first with a key that others can read.
            let own = try encrypted.authority.issue("postgres")
            try await encrypted.allow("hostssl all all 127.0.0.1/32 cert", on: "an1")
            let words = "sslcert=\(own.certificate) sslkey=\(own.key)"
            #expect(try await encrypted.run("node list", words).status == 0)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: own.key)
            let open = try await encrypted.run("node list", words)
            #expect(open.errors.contains("help: this machine's connection: chmod 600"), "\(open)")
            let none = try await encrypted.run("node list", "sslcert=/nowhere")
            #expect(none.errors.contains("wants a certificate of this role"), "\(none)")
            let ended = try encrypted.authority.issue("postgres", days: -1)
            let late = try await encrypted.run("node list", "sslcert=\(ended.certificate) sslkey=\(ended.key)")
            #expect(late.errors.contains("does not accept the certificate"), "\(late)")
        }
    }

    /// Both ways in which a data node may ask for a password that it is not to get.
    @Test func aPasswordGoesToNodesBySCRAMAlone() async throws {
        try await EncryptedCluster.with { encrypted in
            for node in ["an1", "dn1", "dn2"] {
                _ = try await encrypted.query(node, "CREATE ROLE weak LOGIN PASSWORD 'open sesame'")
            }
            try await encrypted.allow("host all weak all password", on: "dn1")
            try await encrypted.allow("host all weak all scram-sha-256", on: "dn2")
            for mode in ["verify-full", "disable"] {
                let words = "user=weak password='open sesame' sslmode=\(mode)"
                let query = try await encrypted.run("query --format csv SELECT current_user", words)
                #expect(query.status == 4 && query.output.contains("dn2,weak"), "\(mode): \(query)")
                #expect(query.errors.contains("PGREQUIREAUTH=password,md5"), "\(mode): \(query)")
                var allowing = encrypted.cluster.program
                allowing.environment["PGREQUIREAUTH"] = "password,md5,scram-sha-256,none"
                let allowed = try await allowing.run(
                    ["-w", "-d", encrypted.conninfo(words), "-c", "query --format csv SELECT current_user"])
                #expect(allowed.status == 0 && allowed.output.contains("dn1,weak"), "\(mode): \(allowed)")
            }
        }
    }
}
