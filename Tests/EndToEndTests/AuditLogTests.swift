import Foundation
import Sandbox
import Testing

/// `--log FILE`: a line for each statement, and nothing that is not in it.
@Suite struct AuditLogTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let file = NSTemporaryDirectory() + "tscl-log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await body(file)
    }

    /// What came of the statements, behind the line of the start.
    private func lines(_ file: String) throws -> [[String: Any]] {
        try allLines(file).filter { $0["event"] as? String != "send" }
    }

    /// Of a line that is being written, who reads may see the beginning.
    private func allLines(_ file: String) throws -> [[String: Any]] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try text[..<(text.lastIndex(of: "\n") ?? text.startIndex)].split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    /// Inside a transaction too, where statements do not otherwise wait for each other's answers.
    @Test func eachIsInItBeforeTheNextGoesOut() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            let running = try cluster.program.start(
                ["--log", file, "-c", "transaction { sql SELECT 'first'; sql SELECT pg_sleep(608) }"])
            let active = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(608)'"
            #expect(try await eventually { try await !cluster.query("an1", active).isEmpty })
            #expect(try lines(file).contains { $0["sql"] as? String == "SELECT 'first'" })
            running.signal(SIGINT)
            #expect(await running.end().status == 130)
        }
    }

    /// What the server goes on with takes effect.
    @Test func whatWasUnderWayWhenItWasKilledIsInIt() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            let running = try cluster.program.start(["--log", file, "-c", "SELECT pg_sleep(2), 'killed';"])
            let active = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(2), ''killed%'"
            #expect(try await eventually { try await !cluster.query("an1", active).isEmpty })
            running.signal(SIGKILL)
            _ = await running.end()
            let line = try #require(try allLines(file).last)
            #expect(line["sql"] as? String == "SELECT pg_sleep(2), 'killed'" && line["event"] as? String == "send")
            #expect(
                (line["command"] as? String)?.hasSuffix("SELECT pg_sleep(2), 'killed'") == true && line["ok"] == nil)
        }
    }

    /// Passwords that are written into SQL in clear, wherever that is shown.
    @Test func whatSQLTellsOfPasswordsIsNotInIt() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            let script = """
                show-sql on
                transaction {
                    sql CREATE ROLE spoken PASSWORD 'hunter2'
                    sql ALTER ROLE spoken PASSWORD 'hunter2'
                    exec --on dn1 CREATE ROLE spoken PASSWORD 'hunter2'
                    assert 1 == 2
                }

                """
            for options in [["--log", file], ["--dry-run"], ["--dry-run", "--format", "json"]] {
                let result = try await cluster.program.run(options, input: script)
                #expect((result.output + result.errors).contains("CREATE ROLE spoken PASSWORD ********"))
                #expect(!(result.output + result.errors).contains("hunter2"), "\(options)")
            }
            #expect(try lines(file).contains { $0["sql"] as? String == "CREATE ROLE spoken PASSWORD ********" })
            #expect(!(try String(contentsOfFile: file, encoding: .utf8)).contains("hunter2"))
        }
    }

    /// At the prompt, too, where Tab and the prompt send statements of their own.
    @Test func whatNobodyTypedIsInIt() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            let terminal = try PromptTerminal(["--log", file, "--no-rc"], environment: cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(for: "connected to ")
            #expect(
                try await eventually {
                    Set(try lines(file).compactMap { $0["command"] as? String }) == ["connect", "completion"]
                })
        }
    }

    @Test func whatWasSentIsInIt() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            var program = cluster.program
            program.environment["TOKEN"] = "hunter2"
            let result = try await program.run(
                ["--log", file, "--keep-going"],
                input: """
                    set --secret token ${env:TOKEN}
                    sql SELECT 'café', :'token'
                    sql SELECT 1/0
                    query --on dn2 SELECT 2
                    transaction {
                        sql SELECT 3
                        sql SELECT 4
                    }

                    """)
            #expect(result.status == 1)
            let lines = try lines(file)
            #expect(lines.first?["event"] as? String == "start")
            let sent = lines.dropFirst().map { ($0["sql"] as? String ?? "", $0["node"] as? String, $0["ok"] as? Bool) }
            func ok(_ sql: String, _ node: String? = nil) -> Bool? { sent.first { $0.0 == sql && $0.1 == node }?.2 }
            #expect(ok("SELECT 'café', '********'") == true)
            #expect(ok("SELECT 1/0") == false)
            #expect(ok("SELECT 2", "dn2") == true)
            let order = sent.map(\.0).filter { ["BEGIN", "SELECT 3", "SELECT 4", "COMMIT"].contains($0) }
            #expect(order == ["BEGIN", "SELECT 3", "SELECT 4", "COMMIT"])
            #expect(!(try String(contentsOfFile: file, encoding: .utf8)).contains("hunter2"))
            let failed = try #require(lines.first { $0["sql"] as? String == "SELECT 1/0" })
            #expect(failed["sqlstate"] as? String == "22012" && failed["command"] as? String == "sql SELECT 1/0")
            #expect((failed["time"] as? String)?.hasSuffix("Z") == true && failed["ms"] is Double)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)

            let before = lines.count
            #expect(try await program.run(["--log", file, "-c", "sql SELECT 5"]).status == 0)
            #expect(try self.lines(file).count == before + 2)
        }
    }

    /// Of a line that has no room to its end nothing is left, and nothing is sent behind it.
    @Test func aLogThatBecomesFullStopsTheRun() async throws {
        let cluster = try await Cluster.shared.value
        try await withFile { file in
            let script = "foreach i in {1..200} { sql SELECT 'row', :'i' }\nrole create unlogged\n"
            let running = try cluster.program.start(
                shell: "ulimit -f 8; exec \"$tscl\" --keep-going --format csv --log \(file)")
            running.write(script)
            running.closeInput()
            let result = await running.end()
            #expect(result.status == 1)
            #expect(result.errors.contains("error: the log \(file) can't be written: File too large"))
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.hasSuffix("}\n") && text.utf8.count > 3500 && text.utf8.count <= 4096)
            func rows(_ lines: [[String: Any]]) -> [String] {
                lines.compactMap { $0["sql"] as? String }.filter { $0.hasPrefix("SELECT 'row'") }
            }
            let sent = rows(try allLines(file).filter { $0["event"] != nil })
            let ended = rows(try lines(file)).count
            #expect(sent == (1...sent.count).map { "SELECT 'row', '\($0)'" })
            #expect(result.errors.contains("help: nothing more is sent: what can't be logged is not done\n"))
            // Where the log has no room for the end of the last one, that is told here.
            let untold = "help: sent, and what came of it is not in the log: SELECT 'row', '\(sent.count)'\n"
            #expect(result.errors.contains(untold) == (ended < sent.count) && ended > sent.count - 2)
            #expect(result.output.components(separatedBy: "row,").count - 1 == sent.count)
            #expect(try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'unlogged'").isEmpty)
        }
    }

    @Test(arguments: ["/dev/full", "/nonexistent/log", "/proc"])
    func whatCanNotBeLoggedIsNotDone(file: String) async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("role create unlogged", "--log", file)
        #expect(result.status == 2 && result.errors.contains("the log \(file) can't be written"), "\(result)")
        #expect(try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'unlogged'").isEmpty)
    }
}
