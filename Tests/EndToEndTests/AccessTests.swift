import Foundation
import Sandbox
import Testing

/// How the access node is found, and what is said when it does not let one in.
@Suite struct AccessTests {
    @Test(arguments: [
        (["-h", "127.0.0.1", "-p", "1"], "Connection refused"),
        (["-d", "postgresql://127.0.0.1:1/dist"], "Connection refused"),
        (["-h", "no-such-host.invalid"], "could not translate host name"),
    ])
    func aWrongAddressIsStatus3(options: [String], reason: String) async throws {
        let program = Program(environment: ["PGUSER": "postgres"])
        let result = try await program.run(options + ["-w", "-c", "echo started; node list; echo never"])
        #expect(result.status == 3)
        #expect(result.output == "started\n")
        #expect(result.errors.contains(reason))
        #expect(result.errors.contains("   help: -h, -p and PGHOST, PGPORT say where the access node is"))
    }

    @Test func aWrongDatabaseOrRoleIsStatus3() async throws {
        let cluster = try await Cluster.shared.value
        let database = try await cluster.program.run(["-d", "nowhere", "node", "list"])
        #expect(database.status == 3)
        #expect(database.errors.contains("database \"nowhere\" does not exist"))
        let role = try await cluster.program.run(["-U", "nobody_here", "node", "list"])
        #expect(role.status == 3)
        #expect(role.errors.contains("role \"nobody_here\" does not exist"))
    }

    @Test func aPasswordIsWantedAndNeverShown() async throws {
        let cluster = try await Cluster.shared.value
        let accessNode = cluster.sandbox.nodes[0]
        _ = try await cluster.query("an1", "CREATE ROLE e2e_guest LOGIN PASSWORD 'open sesame'")
        let rules = accessNode.folder + "/pg_hba.conf"
        let written = try String(contentsOfFile: rules, encoding: .utf8)
        try ("local all e2e_guest scram-sha-256\n" + written).write(toFile: rules, atomically: false, encoding: .utf8)
        _ = try await cluster.query("an1", "SELECT pg_reload_conf()")

        var program = cluster.program
        program.environment["PGUSER"] = "e2e_guest"
        let question = ["-w", "-c", "sql SELECT current_user"]
        // The server reads its rules again in its own time.
        let asked = program
        let isShut = try await eventually { try await asked.run(question).status == 3 }
        #expect(isShut)
        let none = try await program.run(question)
        #expect(none.output == "")
        #expect(none.errors.contains("-W asks for the password; .pgpass and PGPASSWORD hold it"))
        program.environment["PGPASSWORD"] = "close sesame"
        let wrong = try await program.run(question)
        #expect(wrong.status == 3)
        #expect(wrong.errors.contains("password authentication failed for user \"e2e_guest\""))
        #expect(!wrong.errors.contains("sesame"))
        program.environment["PGPASSWORD"] = "open sesame"
        let right = try await program.run(["--format", "csv"] + question)
        #expect(right.output == "current_user\ne2e_guest\n")

        // One that was mistyped is asked for again.
        program.environment["PGPASSWORD"] = nil
        let terminal = try PromptTerminal(["-W", "--no-rc"], environment: program.environment)
        defer { terminal.kill() }
        try await terminal.waits(line: "Password:")
        terminal.type("close sesame\r")
        try await terminal.waits(line: "That was wrong. Password:")
        terminal.type("open sesame\r")
        try await terminal.waits(for: "as e2e_guest")

        // As a word of the command line it is accepted, as psql does, and shown nowhere.
        program.environment["PGPASSWORD"] = nil
        let uri = "postgresql://e2e_guest:close%20sesame@/dist?host=\(accessNode.socketDirectory)"
        let inURI = try await program.run(["--show-sql", "--echo", "-d", uri] + question)
        #expect(inURI.status == 3)
        #expect(!(inURI.output + inURI.errors).contains("sesame"))
        let connect = try await program.run(
            ["--show-sql", "--echo", "-c", "connect '\(uri)'"])
        #expect(connect.status == 3)
        #expect(!(connect.output + connect.errors).contains("sesame"))
    }

    /// The access node lets the role in as it is; its data nodes want the password.
    @Test func thePasswordOfTheConnectionIsForDataNodesToo() async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.environment["SESAME"] = "open sesame"
        let created = try await program.run(
            ["role", "create", "e2e_direct", "--everywhere", "--login", "--password-env", "SESAME"])
        #expect(created.status == 0, "\(created.errors)")
        for node in cluster.sandbox.nodes.dropFirst() {
            let rules = node.folder + "/pg_hba.conf"
            let written = try String(contentsOfFile: rules, encoding: .utf8)
            try ("local all e2e_direct scram-sha-256\n" + written)
                .write(toFile: rules, atomically: false, encoding: .utf8)
            _ = try await cluster.query(node.name, "SELECT pg_reload_conf()")
        }

        program.environment["PGUSER"] = "e2e_direct"
        let question = ["-w", "--format", "csv", "-c", "query SELECT current_user"]
        let asked = program
        let isShut = try await eventually { try await asked.run(question).status == 1 }
        #expect(isShut)
        let none = try await program.run(question)
        #expect(none.errors.contains("counts for data nodes too"), "\(none.errors)")
        let host = cluster.sandbox.nodes[0].socketDirectory
        let right = try await program.run(
            ["-d", "postgresql://e2e_direct:open%20sesame@/dist?host=\(host)"] + question)
        #expect(right.output.contains("dn1,e2e_direct"), "\(right.errors)")
        #expect(right.status == 0)
        let wrong = try await program.run(["-d", "dbname=dist password=close user=e2e_direct"] + question)
        #expect(wrong.errors.contains(".pgpass can hold another"), "\(wrong.errors)")

        let terminal = try PromptTerminal(["-W", "--no-rc"], environment: program.environment)
        defer { terminal.kill() }
        try await terminal.waits(line: "Password:")
        terminal.type("open sesame\r")
        terminal.type("query SELECT current_user\r")
        try await terminal.waits(for: "dn3")
    }

    @Test func aServiceFileLeadsToTheAccessNode() async throws {
        let cluster = try await Cluster.shared.value
        let file = NSTemporaryDirectory() + "tscl-service-\(UInt32.random(in: .min ... .max))"
        try "[e2e]\nhost=\(cluster.sandbox.nodes[0].socketDirectory)\nuser=postgres\ndbname=dist\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let program = Program(environment: ["PGSERVICEFILE": file, "PGSERVICE": "e2e"])
        let listed = try await program.run(["node", "list", "--format", "csv"])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(listed.output.split(separator: "\n").count == 4)
        let unset = Program(environment: ["PGSERVICEFILE": file])
        let connected = try await unset.run(["-c", "connect service=e2e; node list --format csv"])
        #expect(connected.status == 0, "\(connected.errors)")
        #expect(connected.output.contains("dn1,"))
    }

    /// What a remote node is to the shell of someone whose machine has no data nodes at all.
    @Test func aServerWithoutTheExtensionSaysSoInOneLine() async throws {
        let cluster = try await Cluster.shared.value
        for command in [
            "node list", "heal all", "role create e2e_none --everywhere", "hypertable list", "exec SELECT 1",
        ] {
            let result = try await cluster.program.run(["-d", "postgres", "--format", "json", "-c", command])
            #expect(result.status == 1, "\(command)")
            #expect(result.errors.contains("database postgres has no TimescaleDB"), "\(command): \(result.errors)")
            #expect(result.output.split(separator: "\n").count == 1, "\(command)")
        }
        // SQL needs no cluster.
        #expect(try await cluster.program.run(["-d", "postgres", "-c", "sql SELECT 1"]).status == 0)
    }
}
