import Foundation
import Sandbox
import Testing

/// What a terminal shows while a server is waited for, and that nothing of it stays.
@Suite struct SignsOfLifeTests {
    @Test func aRunningStatementShowsItsSeconds() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            terminal.type("sql SELECT pg_sleep(64)\r")
            try await terminal.waits(line: "running: 2 s")
            try await terminal.waits(line: "running: 3 s")
            terminal.type("\u{3}")
            let rows = try await terminal.waits(prompt: prompt, after: mark)
            #expect(!rows.contains { $0.contains("running") }, "\(rows)")
        }
    }

    @Test func whatIsToldMeanwhileHasALineOfItsOwn() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            terminal.type("DO $$ BEGIN PERFORM pg_sleep(2.5); RAISE NOTICE 'half'; PERFORM pg_sleep(64); END $$;\r")
            try await terminal.waits(line: "running: 2 s")
            try await terminal.waits(for: "notice: half", after: mark)
            try await terminal.waits(line: "running: 3 s")
            terminal.type("\u{3}")
            let rows = try await terminal.waits(prompt: prompt, after: mark)
            #expect(rows.contains("notice: half") && !rows.contains { $0.contains("running") }, "\(rows)")
        }
    }

    @Test func eachNodeShowsItsSeconds() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            terminal.type("query SELECT pg_sleep(64)\r")
            try await terminal.waits(for: "running  3 s", after: mark)
            terminal.type("\u{3}")
            try await terminal.waits(prompt: prompt, after: mark)
            #expect(!terminal.rows.contains { $0.contains("running  ") })
        }
    }

    @Test func connectingIsToldWhereItTakesTime() async throws {
        try await Cluster.with { cluster in
            try await cluster.sandbox.freeze("an1")
            let terminal = try PromptTerminal(["node", "list"], environment: cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(for: "connecting to ")
            try await cluster.sandbox.thaw("an1")
            #expect(try await terminal.end() == 0)
            #expect(!terminal.rows.contains { $0.contains("connecting to ") }, "\(terminal.rows)")
        }
    }

    @Test func aPipeGetsNothingOfIt() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("sql SELECT pg_sleep(2.2)")
        #expect(result.status == 0 && result.errors.isEmpty)
    }

    @Test func aPastedBlockThatStopsSaysWhatWasNotRun() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("\u{1b}[200~echo one\rsql SELECT 1/0\recho two\recho three\u{1b}[201~")
            try await terminal.waits(for: "   -> echo three")
            let mark = terminal.mark
            terminal.type("\r")
            let rows = try await terminal.waits(prompt: prompt, after: mark)
            #expect(rows.last == "stopped: 1 command done; 2 statements were not run, from line 3 on", "\(rows)")
        }
    }
}
