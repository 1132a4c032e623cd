import Foundation
import Sandbox
import Testing

/// A password that is looked for in all that tscl says and writes, on every way in.
@Suite struct CanaryTests {
    private static let canary = "canary-hunter2"

    private static let statements = [
        "sql SELECT 1/0", "sql ALTER ROLE nobody_here PASSWORD '\(canary)'", "set --secret p \(canary)",
        "set db_password \(canary)", "role create app --pasword \(canary)", "role alter app password \(canary)",
        "connect 'postgres://u:\(canary)'", "connect 'postgres://u:\(canary)@/nowhere:x'",
        "connect 'postgres://u:hun@\(canary)/d@h'", "connect 'host=/nonexistent password=\(canary)'",
        "sql SELECT crypt('\(canary)', 'x')", "sql SELECT :'p'::int", "exec SELECT :'p'::int", "status",
    ]

    @Test(arguments: ["table", "json", "csv"]) func itIsInNothingThatIsSaid(format: String) async throws {
        let cluster = try await Cluster.shared.value
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = cluster.sandbox.nodes[0].socketDirectory
        let server = "host=\(socket) dbname=dist user=postgres"
        let options = ["--show-sql", "--echo", "--keep-going", "--format", format, "--log", folder + "/log"]
        var program = cluster.program
        program.environment["CANARY"] = Self.canary
        let logins: [([String], [String: String])] = [
            (["-d", server + " password=\(Self.canary)"], [:]), (["-d", server + " pasword=\(Self.canary)"], [:]),
            (["-d", "postgresql://postgres:\(Self.canary)@/dist?host=" + socket.replacing("/", with: "%2F")], [:]),
            (["-d", "postgresql://postgres:\(Self.canary)"], [:]),
            (["-d", "postgresql://postgres:hun@\(Self.canary)/d@h"], [:]),
            (["-d", server], ["PGPASSWORD": Self.canary]), (["-d", server], ["PGPASSFILE": folder + "/pass"]),
            (["-d", "service=canary"], ["PGSERVICEFILE": folder + "/service"]),
        ]
        try "*:*:*:*:\(Self.canary)\n".write(toFile: folder + "/pass", atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/pass")
        try "[canary]\n\(server.replacing(" ", with: "\n"))\npassword=\(Self.canary)\n".write(
            toFile: folder + "/service", atomically: false, encoding: .utf8)
        for (login, variables) in logins {
            var program = program
            program.environment.merge(variables) { $1 }
            try await Self.expectNothing(from: program, login + options + ["-c", "status; sql SELECT 1/0"])
        }
        let script = Self.statements.joined(separator: "\n") + "\n"
        try script.write(toFile: folder + "/script.tscl", atomically: false, encoding: .utf8)
        for more in [[], ["--dry-run"], ["--check"]] {
            try await Self.expectNothing(from: program, options + more + [folder + "/script.tscl"])
            try await Self.expectNothing(from: program, options + more, input: script)
        }
        for statement in Self.statements {
            try await Self.expectNothing(from: program, options + ["-c", statement])
            try await Self.expectNothing(from: program, options + statement.split(separator: " ").map(String.init))
        }
        let words = [
            ["-v", "p=\(Self.canary)", "-c", "set --secret q ${p}; sql SELECT :'q'::int"],
            ["-v", "p-q=\(Self.canary)", "status"], ["-v", Self.canary, "status"],
            ["role", "alter", "nobody_here", "--password-env", "CANARY"],
            ["role", "alter", "nobody_here", "--password-stdin"],
            ["role", "alter", "nobody_here", "--password-env", "CANARY", "--dry-run"],
            ["node", "add", "e2e_canary", "--host", "/nonexistent", "--force", "--password-env", "CANARY"],
        ]
        for words in words { try await Self.expectNothing(from: program, options + words, input: Self.canary + "\n") }
        let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
        #expect(log.contains("nobody_here") && !log.contains(Self.canary), "\(log)")
    }

    /// Whoever reads it while the program runs sees no more than that there was something.
    @Test(arguments: [
        ["-v", "x=\(canary)"], ["-d", "password=\(canary)"], ["-c", "set --secret x \(canary)"],
        ["-c", "sql --dry-run ALTER ROLE a PASSWORD '\(canary)'"], ["-c", "set db_password \(canary)"],
    ]) func itIsInNoListOfProcesses(arguments: [String]) async throws {
        let program = Program(environment: ["PGHOST": "/nonexistent"])
        let running = try program.start(arguments + ["-c", "echo started; sleep 60s"])
        #expect(await running.waits(for: "started"))
        let path = "/proc/\(running.processIdentifier)/cmdline"
        let title = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        #expect(title.contains("tscl") && title.contains("xxxx") && !title.contains(Self.canary), "\(title)")
        running.signal(SIGTERM)
        #expect(await running.end().status == 130)
    }

    @Test func itIsInNoHistory() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/tscl", withIntermediateDirectories: true)
        try "set --secret token \(Self.canary)\n".write(
            toFile: folder + "/tscl/rc.tscl", atomically: false, encoding: .utf8)
        let prompt = "tscl (not connected)>"
        let terminal = try PromptTerminal(
            environment: ["XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, "PGHOST": "/nonexistent"])
        defer { terminal.kill() }
        try await terminal.waits(line: prompt)
        for statement in Self.statements + ["echo \(Self.canary)", "echo kept"] {
            _ = try await terminal.run(statement, prompt: prompt)
        }
        terminal.type("\u{4}")
        #expect(try await terminal.end() == 0)
        let history = try String(contentsOfFile: folder + "/tscl/history", encoding: .utf8)
        // The file has a code for what a line may not hold.
        #expect(history.contains("kept") && !history.contains("hunter2"), "\(history)")
    }

    private static func expectNothing(
        from program: Program, _ arguments: [String], input: String? = nil
    ) async throws {
        let result = try await program.run(arguments, input: input)
        #expect(!(result.output + result.errors).contains(canary), "\(arguments): \(result.output)\(result.errors)")
    }

    private static func folder() throws -> String {
        let folder = NSTemporaryDirectory() + "tscl-canary-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
