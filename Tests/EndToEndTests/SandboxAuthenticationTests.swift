import Foundation
import Sandbox
import Testing

/// A sandbox whose servers ask who one is, by its commands, as who learns it meets it.
@Suite struct SandboxAuthenticationTests {
    /// A program with a home of its own, in which its sandboxes are, and where nothing of it is left afterwards.
    private func withHome(_ body: (Program) async throws -> Void) async throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-gate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        try await body(Program(environment: ["HOME": home.path, "XDG_STATE_HOME": home.path + "/state"]))
    }

    @Test(arguments: Authentication.allCases)
    func theCommandsWorkInEachMode(method: Authentication) async throws {
        let folder = "/dev/shm/tscl-gate-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withHome { program in
            var program = program
            // For another cluster, whose servers are not meant.
            program.environment.merge(["PGPASSWORD": "another", "PGSSLMODE": "require"]) { $1 }
            let up = try await program.run([
                "sandbox", "up", "--nodes", "2", "--dir", folder, "--auth", method.rawValue, "--tcp",
            ])
            #expect(up.status == 0, "\(up.errors)")
            do {
                try await useSandbox(of: program, method, up.output)
            } catch {
                _ = try? await program.run(["sandbox", "down", "--purge", "--yes"])
                throw error
            }
            let purged = try await program.run(["sandbox", "down", "--purge", "--yes"])
            #expect(purged.status == 0, "\(purged.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    private func useSandbox(of program: Program, _ method: Authentication, _ told: String) async throws {
        let next = try #require(told.components(separatedBy: "next: ").dropFirst().first)
        #expect(next.hasPrefix("node add dn{1..2} --host 127.0.0.1 --port {"))
        let isReal = !told.contains("emulated")
        let rows = """
            INSERT INTO m SELECT now() - i * interval '1 hour', i, i FROM generate_series(1, 100) i;
            SELECT sum(value) FROM m;

            """
        let script = """
            \(next.trimmingCharacters(in: .newlines))
            node ping
            role create app --everywhere --login
            sql CREATE TABLE m (time timestamptz NOT NULL, device int, value int)
            hypertable create m time --partition-by device --replication-factor 2
            exec CREATE SCHEMA app
            query --format csv SELECT current_user
            sandbox doubt dn2 --committed
            heal all --format csv
            heal schedule
            status
            check

            """
        let run = try await program.run([], input: script)
        #expect(run.status == 0, "\(run)")
        #expect(run.output.contains("dn1,postgres\ndn2,postgres\n"))
        #expect(run.output.contains("dn2,healed,1,"))
        #expect(run.output.hasSuffix("nothing found on the access node and 2 data nodes\n"), "\(run.output)")
        if isReal {
            let written = try await program.run([], input: "sql \(rows)")
            #expect(written.status == 0 && written.output.contains(" 5050\n"), "\(written)")
        }

        let status = try await program.run(["--show-sql", "--echo", "-c", "status", "-c", "sandbox status"])
        #expect(status.status == 0)
        switch method {
        case .trust: #expect(!status.errors.contains("psql"))
        case .password, .certificate:
            let psql = try #require(status.errors.components(separatedBy: "psql connects with: ").dropFirst().first)
            #expect(told.contains(psql))
            let passfile = psql.split(separator: " ").first { $0.hasPrefix("passfile=") }?.dropFirst("passfile=".count)
            if method == .password {
                let path = try #require(passfile).filter { $0 != "'" && $0 != "\n" }
                let line = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")[0]
                let password = String(try #require(line.split(separator: ":").last))
                let shown = told + run.output + run.errors + status.output + status.errors
                #expect(!shown.contains(password))
            }
            // libpq itself, as psql uses it, and with nothing that tscl adds for a sandbox.
            var plain = program
            plain.environment["PGPASSWORD"] = nil
            plain.environment["PGSSLMODE"] = nil
            let conninfo = psql.trimmingCharacters(in: .newlines).dropFirst("psql '".count).dropLast()
            let listed = try await plain.run(["-d", String(conninfo), "node", "ping", "--format", "csv"])
            #expect(listed.status == 0 && listed.output.contains("dn2,up,"), "\(listed)")
            // The superuser's password and certificate are nobody else's.
            let other = try await program.run(["--sandbox", "default", "-U", "app", "-w", "-c", "sql SELECT 1"])
            #expect(other.status == 3 && other.errors.contains("authentication failed for user \"app\""), "\(other)")
        }
        let json = try await program.run(["sandbox", "status", "--format", "json"])
        #expect(json.output.contains("\"columns\":[\"node\",\"role\",\"state\",\"port\",\"engine\"]"))
    }

    @Test func whatIsMissingOrContradictsIsSaid() async throws {
        try await withHome { program in
            var bare = program
            bare.environment["PATH"] = "/nonexistent"
            let missing = try await bare.run(["sandbox", "up", "--auth", "certificate"])
            #expect(missing.status == 1)
            #expect(
                missing.errors.contains(
                    """
                    error: the program openssl, which makes the certificates, isn't on this machine
                      hint: Install it (Debian: apt-get install openssl), or put its folder on PATH.
                    """), "\(missing.errors)")
            #expect(try await program.run(["sandbox", "status"]).errors.contains("there is no sandbox"))
            let unknown = try await program.run(["sandbox", "up", "--auth", "ldap"])
            #expect(unknown.status == 2 && unknown.errors.contains("trust, password"), "\(unknown.errors)")

            let up = try await program.run(["sandbox", "up", "--nodes", "1"])
            #expect(up.status == 0, "\(up.errors)")
            #expect(try await program.run(["sandbox", "down"]).status == 0)
            let other = try await program.run(["sandbox", "up", "--auth", "password"])
            #expect(other.status == 1 && other.errors.contains("was made for trust, not for password"))
            let tcp = try await program.run(["sandbox", "up", "--tcp"])
            #expect(tcp.status == 1 && tcp.errors.contains("was made without TCP ports"))
            #expect(try await program.run(["sandbox", "down", "--purge", "--yes"]).status == 0)
        }
    }
}
