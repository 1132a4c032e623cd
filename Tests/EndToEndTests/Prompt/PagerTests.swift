import Foundation
import Testing

/// What is longer than the screen is shown with a pager, on a terminal alone.
@Suite struct PagerTests {
    private func terminal(
        _ arguments: [String], pager: String, _ cluster: Cluster
    ) throws -> PromptTerminal {
        try PromptTerminal(
            arguments, environment: cluster.program.environment.merging(["TSCL_PAGER": pager]) { $1 })
    }

    private static let rows = "sql SELECT generate_series(1, 100) AS number"

    @Test func aLongTableGoesThroughIt() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try terminal(["-c", Self.rows], pager: "sed 's/^/paged /'", cluster)
        defer { terminal.kill() }
        try await terminal.waits(for: "paged (100 rows)")
        #expect(try await terminal.end() == 0)
    }

    @Test func aShortTableDoesNot() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try terminal(["-c", "node list"], pager: "sed 's/^/paged /'", cluster)
        defer { terminal.kill() }
        let rows = try await terminal.waits(for: "(3 rows)")
        #expect(try await terminal.end() == 0)
        #expect(!rows.contains { $0.contains("paged") }, "\(rows)")
    }

    @Test(arguments: ["--format=json", "--format=csv"])
    func whatIsForProgramsDoesNot(format: String) async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try terminal([format, "-c", Self.rows, "-c", "echo end"], pager: "sed 's/^/paged /'", cluster)
        defer { terminal.kill() }
        let rows = try await terminal.waits(for: "end")
        #expect(!rows.contains { $0.contains("paged") }, "\(rows)")
    }

    @Test(arguments: ["", "cat", "no-such-pager-7f3a"])
    func withoutOneAllIsShown(pager: String) async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try terminal(["-c", Self.rows], pager: pager, cluster)
        defer { terminal.kill() }
        try await terminal.waits(for: "(100 rows)")
        #expect(try await terminal.end() == 0)
    }

    @Test func leavingItEarlyIsNoError() async throws {
        let cluster = try await Cluster.shared.value
        let terminal = try terminal(
            ["-c", "sql SELECT generate_series(1, 200000)", "-c", "echo behind"], pager: "head -n 3", cluster)
        defer { terminal.kill() }
        let rows = try await terminal.waits(for: "behind")
        #expect(!rows.contains { $0.contains("error") }, "\(rows)")
        #expect(try await terminal.end() == 0)
    }

    /// Ctrl-C reaches the pager too, which here obeys it; at the prompt that is the end of the text and not of tscl.
    @Test func interruptingItEndsNothingElse() async throws {
        let pager = "echo paging; cat >/dev/null; exec tail -f /dev/null"
        try await withPrompt(["TSCL_PAGER": pager]) { terminal, prompt, _ in
            terminal.type(Self.rows + "\r")
            try await terminal.waits(for: "paging")
            // The prompt takes the row that the cursor is in already.
            let mark = terminal.mark - 1
            terminal.type("\u{3}")
            try await terminal.waits(prompt: prompt, after: mark)
            let answer = try await terminal.run("pager off", prompt: prompt)
            #expect(answer == [], "\(answer)")
            let all = try await terminal.run(Self.rows, prompt: prompt)
            #expect(all.contains("(100 rows)"), "\(all)")
            #expect(!all.contains { $0.contains("paging") })
        }
    }

    @Test func whoIsToldToEndLeavesIt() async throws {
        let pager = "echo paging; cat >/dev/null; exec tail -f /dev/null"
        try await withPrompt(["TSCL_PAGER": pager]) { terminal, _, _ in
            terminal.type(Self.rows + "\r")
            try await terminal.waits(for: "paging")
            terminal.signal(SIGTERM)
            #expect(try await terminal.end() == 130)
        }
    }

    @Test func aFileRunsThrough() async throws {
        let cluster = try await Cluster.shared.value
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-\(UUID().uuidString).tscl")
        try Data("\(Self.rows)\necho end of file\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let terminal = try terminal([file.path], pager: "sed 's/^/paged /'", cluster)
        defer { terminal.kill() }
        let rows = try await terminal.waits(for: "end of file")
        #expect(!rows.contains { $0.contains("paged") }, "\(rows)")
    }

    @Test func withoutATerminalThereIsNone() async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.environment["TSCL_PAGER"] = "sed 's/^/paged /'"
        let result = try await program.run(["-c", Self.rows])
        #expect(result.status == 0 && !result.output.contains("paged"), "\(result.output.prefix(200))")
    }
}
