import Foundation
import Sandbox
import Testing

/// Where a secret could come out: messages, plans, JSON, the servers' logs, the list of processes.
@Suite struct SecretTests {
    /// With what JSON, a server's message and a table would each write differently.
    static let secret = "hun\tter \"2\" \u{1}'x\\"

    @Test(arguments: ["table", "json", "csv", "script"])
    func aSecretVariableIsInNoMessage(format: String) async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.environment["TOKEN"] = Self.secret
        let script = """
            set --secret p ${env:TOKEN}
            set
            echo ${p}
            sql SELECT :'p'::int
            sql SELECT :"p"
            sql --dry-run SELECT :'p'
            exec --dry-run SELECT :'p'
            exec SELECT :'p'::int
            query SELECT :'p'::int
            query --on dn1 SELECT :'p'::int
            node ping ${p}
            node add ${p} --host ${p}
            node add e2e_secret --host ${p} --database ${p}
            node add e2e_secret --host ${p} --dry-run
            role create ${p}
            role drop ${p} --yes
            role create e2e_x --valid-until ${p}
            hypertable create ${p} ${p}
            connect "host=/nonexistent password=${p}"
            set copy ${p}
            echo ${copy}
            sql SELECT :'copy'::int
            """
        let result = try await program.run(
            ["--keep-going", "--echo", "--show-sql", "--format", format], input: script + "\n")
        let said = result.output + result.errors
        // Whatever form it takes: `ter` stands in none of the texts around it.
        for line in said.split(separator: "\n") { #expect(!line.contains("ter \""), "\(line)") }
        #expect(!said.contains("ter \\\""), "\(said)")
        #expect(said.contains("********"))
    }

    @Test func theServersLogsHoldNoPassword() async throws {
        try await Cluster.with { cluster in
            for node in cluster.sandbox.nodes {
                _ = try await cluster.query(node.name, "ALTER SYSTEM SET log_statement = 'all'")
                _ = try await cluster.query(node.name, "ALTER SYSTEM SET log_min_duration_statement = 0")
                _ = try await cluster.query(node.name, "SELECT pg_reload_conf()")
                let isOn = try await eventually {
                    try await cluster.query(node.name, "SHOW log_statement") == [["all"]]
                }
                #expect(isOn)
            }
            let file = NSTemporaryDirectory() + "tscl-password-\(UInt32.random(in: .min ... .max))"
            try "correct horse\r\nsecond line\n".write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let commands = [
                ["role", "create", "one", "--everywhere", "--password-file", file, "--grant-nodes", "all"],
                ["role", "create", "two", "--everywhere", "--login", "--password-stdin"],
            ]
            for command in commands {
                let result = try await cluster.program.run(["--show-sql"] + command, input: "correct horse\n")
                #expect(result.status == 0, "\(result.errors)")
                #expect(!(result.output + result.errors).contains("horse"))
            }
            let added = try await cluster.program.run([
                "node", "add", "logged", "--host", "/nonexistent", "--force", "--password-file", file,
            ])
            #expect(added.status != 0)
            let accessNode = try String(contentsOfFile: cluster.sandbox.nodes[0].logFile, encoding: .utf8)
            #expect(accessNode.contains("add_data_node") && !accessNode.contains("horse"))
            for node in cluster.sandbox.nodes {
                let log = try String(contentsOfFile: node.logFile, encoding: .utf8)
                #expect(log.contains("CREATE ROLE \"one\""))
                #expect(!log.contains("horse"))
                // What was sent is a verifier, which the log may show: it is no password.
                let query = """
                    SELECT rolname, rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid
                     WHERE rolname IN ('one', 'two') ORDER BY 1
                    """
                // The emulator's second phase may still be on its way.
                #expect(
                    try await eventually {
                        try await cluster.query(node.name, query) == [["one", "t"], ["two", "t"]]
                    })
            }
            let all = try await cluster.program.run([
                "--format", "csv", "query", "SELECT rolpassword FROM pg_authid WHERE rolname = 'one'",
            ])
            #expect(Set(all.output.split(separator: "\n").dropFirst().map { $0.drop { $0 != "," } }).count == 1)
        }
    }

    @Test func aPasswordOnTheCommandLineIsInNoListOfProcesses() async throws {
        let cluster = try await Cluster.shared.value
        let folder = cluster.sandbox.nodes[0].socketDirectory
        let running = try cluster.program.start(["-d", "host=\(folder) password=hunter2 dbname=dist user=postgres"])
        running.write("echo started\n")
        #expect(await running.waits(for: "started"))
        let path = "/proc/\(running.processIdentifier)/cmdline"
        let title = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        #expect(title.contains("tscl") && title.contains("xxxx"))
        #expect(!title.contains("hunter2"))
        running.closeInput()
        #expect(await running.end().status == 0)
    }
}
