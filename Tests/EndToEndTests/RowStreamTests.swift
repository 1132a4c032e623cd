import Foundation
import Glibc
import Testing

/// Rows that are written as they come, to real pipes and terminals.
@Suite struct RowStreamTests {
    /// Runs a line of sh(1) in which `$tscl` is the program.
    private func shell(_ line: String, _ cluster: Cluster) async throws -> Program.Result {
        let own = ["tscl": Program.path]
        let running = try Program(environment: own.merging(cluster.program.environment) { $1 })
            .start(["-c", line], executable: "/bin/sh")
        running.closeInput()
        return await running.end(patience: 120)
    }

    @Test(arguments: ["csv", "tsv", "jsonl", "json", "table"])
    func theFirstRowsComeBeforeTheLast(_ format: String) async throws {
        let cluster = try await Cluster.shared.value
        // The last row never comes.
        let query = "SELECT i, CASE WHEN i = 3000 THEN pg_sleep(600) END FROM generate_series(1, 3000) i"
        let running = try cluster.program.start(["--format", format, "-c", "\(query);"])
        #expect(await running.waits(for: "1500"))
        running.signal(SIGINT)
        let result = await running.end(patience: 20)
        #expect(result.status == 130, "\(result.errors)")
        if format == "json" {
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            #expect(answer["ok"] as? Bool == false && (answer["rows"] as? [Any])?.isEmpty == false)
            #expect((answer["error"] as? [String: Any])?["message"] as? String == "interrupted")
        }
    }

    /// Their types are the server's own, and are asked for while the rows come: here some in the midst, and here at the end.
    @Test(arguments: [2, 20_000]) func arraysOfAnyTypeAreArraysOfJSON(_ count: Int) async throws {
        let cluster = try await Cluster.shared.value
        let (mood, size) = ("mood_\(count)", "size_\(count)")
        try await cluster.runScript(
            "an1",
            "CREATE TYPE \(mood) AS ENUM ('sad', 'ok'); CREATE DOMAIN \(size) AS int; CREATE DOMAIN own_\(size) AS \(size)"
        )
        let query = """
            SELECT '{sad,NULL}'::\(mood)[] AS m, '{{1},{2}}'::own_\(size)[] AS d, '[0:1]={3,4}'::int[] AS b, 'ok'::\(mood) AS e \
            FROM generate_series(1, \(count))
            """
        let lines = try await cluster.run("sql \(query)", "--format", "jsonl")
        let line = #"{"m":["sad",null],"d":[[1],[2]],"b":[3,4],"e":"ok"}"#
        #expect(lines.status == 0 && lines.output.split(separator: "\n").allSatisfy { $0 == line })
        #expect(lines.output.split(separator: "\n").count == count, "\(lines.errors)")
        let log = try await cluster.run("\(query);\n\(query);", "--format", "json", "--show-sql")
        #expect(log.output.contains(#"[["sad",null],[[1],[2]],[3,4],"ok"]"#) && !log.output.contains("{3,4}"))
        #expect(log.errors.ranges(of: "AS alike").count == 1, "\(log.errors.prefix(2000))")
        let table = try await cluster.run("sql \(query)", "--format", "csv", "--show-sql")
        #expect(table.output.contains(#"[0:1]={3,4}"#) && !table.errors.contains("AS alike"))
        try await cluster.runScript("an1", "DROP TYPE \(mood); DROP DOMAIN own_\(size), \(size)")
    }

    @Test func anErrorBehindRowsIsToldBehindThem() async throws {
        let cluster = try await Cluster.shared.value
        let query = "SELECT 1 / (2500 - i) AS q FROM generate_series(1, 3000) i"
        for format in ["csv", "tsv", "jsonl"] {
            let result = try await cluster.run("sql \(query)", "--format", format)
            #expect(result.status == 1 && result.errors.contains("error: division by zero"))
            #expect(result.output.split(separator: "\n").count == (format == "csv" ? 2500 : 2499))
        }
        let json = try await cluster.run("sql \(query)", "--format", "json")
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(json.status == 1 && (answer["rows"] as? [Any])?.count == 2499 && answer["ok"] as? Bool == false)
        #expect((answer["error"] as? [String: Any])?["sqlstate"] as? String == "22012")
        #expect(json.output.hasSuffix("}\n") && json.output.filter { $0 == "\n" }.count == 1)
    }

    @Test(arguments: ["csv", "tsv", "jsonl", "json", "table"])
    func whoeverReadsNoFurtherEndsTheStatement(_ format: String) async throws {
        let cluster = try await Cluster.shared.value
        let query = "SELECT generate_series(1, 2000000000) AS stream_unread"
        let result = try await shell(
            "{ $tscl --format \(format) -c '\(query);'; echo $? >&2; } | head -c 100", cluster)
        #expect(result.output.utf8.count == 100)
        #expect(result.errors == "141\n")
        let active =
            "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%stream_unread%' AND pid <> pg_backend_pid()"
        #expect(try await eventually { try await cluster.query("an1", active).isEmpty })
    }

    @Test(arguments: ["csv", "json"])
    func whoeverReadsNothingHoldsUpTheServerAndNotCtrlC(_ format: String) async throws {
        let cluster = try await Cluster.shared.value
        let query = "SELECT generate_series(1, 2000000000) AS stream_held"
        let fifo = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-\(UUID().uuidString)").path
        #expect(mkfifo(fifo, 0o600) == 0)
        // Open for reading, too, so that it is not broken; nobody reads.
        let end = open(fifo, O_RDWR | O_CLOEXEC)
        defer {
            close(end)
            unlink(fifo)
        }
        let environment = ["tscl": Program.path].merging(cluster.program.environment) { $1 }
        let running = try Program(environment: environment).start(
            ["-c", "exec $tscl --format \(format) -c '\(query);' >'\(fifo)'"], executable: "/bin/sh")
        let held = """
            SELECT FROM pg_stat_activity
             WHERE query LIKE '%AS stream_held%' AND wait_event = 'ClientWrite' AND pid <> pg_backend_pid()
            """
        #expect(try await eventually { try await cluster.query("an1", held).count == 1 })
        running.signal(SIGINT)
        #expect(await running.end(patience: 10).status == 130)
        #expect(try await eventually { try await cluster.query("an1", held).isEmpty })
    }

    @Test func memoryDoesNotGrowWithTheRows() async throws {
        let cluster = try await Cluster.shared.value
        func peak(_ format: String, rows: Int) async throws -> Int {
            let query = "SELECT i, md5(i::text) FROM generate_series(1, \(rows)) i"
            let line = "$tscl --format \(format) -c '\(query);' -c 'sql SELECT pg_sleep(600) AS asleep'"
            let environment = ["tscl": Program.path].merging(cluster.program.environment) { $1 }
            let running = try Program(environment: environment).start(
                ["-c", "exec \(line)"], executable: "/bin/sh")
            let mark = format == "csv" ? "\n\(rows)," : "[\(rows),"
            #expect(await running.waits(for: mark, patience: 120))
            let memory = try #require(running.memory)
            running.signal(SIGINT)
            _ = await running.end()
            return memory
        }
        for format in ["csv", "json"] {
            let (few, many) = (try await peak(format, rows: 20_000), try await peak(format, rows: 300_000))
            // The rows take 11 MB.
            #expect(many - few < 3000, "\(format): \(few) KiB, then \(many) KiB")
        }
    }

    // MARK: A terminal

    @Test func thousandsOfRowsGoThroughThePagerAsTheyCome() async throws {
        let cluster = try await Cluster.shared.value
        let environment = cluster.program.environment.merging(["TSCL_PAGER": "sed 's/^/paged /'"]) { $1 }
        let terminal = try PromptTerminal(
            ["-c", "SELECT i AS number, true AS b FROM generate_series(1, 4000) i;", "-c", "echo behind"],
            environment: environment)
        defer { terminal.kill() }
        let rows = try await terminal.waits(for: "behind")
        #expect(rows.contains("paged (4000 rows)") && rows.contains("paged    4000 | yes"), "\(rows)")
        #expect(try await terminal.end() == 0)
    }

    @Test(arguments: ["no-such-pager-7f3a", ""])
    func thousandsOfRowsAreShownWithoutAPager(_ pager: String) async throws {
        let cluster = try await Cluster.shared.value
        let environment = cluster.program.environment.merging(["TSCL_PAGER": pager]) { $1 }
        let terminal = try PromptTerminal(
            ["-c", "SELECT i AS number FROM generate_series(1, 4000) i;"], environment: environment)
        defer { terminal.kill() }
        try await terminal.waits(for: "(4000 rows)")
        #expect(try await terminal.end() == 0)
    }

    @Test func ctrlCAtThePromptEndsRowsThatGoOn() async throws {
        try await withPrompt(["TSCL_PAGER": ""]) { terminal, prompt, _ in
            terminal.type("SELECT generate_series(1, 2000000000) AS i;\r")
            try await terminal.waits(for: "1500")
            terminal.type("\u{3}")
            try await terminal.waits(for: "interrupted")
            #expect(try await terminal.run("echo on", prompt: prompt).contains("on"))
        }
    }
}
