import Foundation
import Testing

/// The prompt, as a person at a terminal sees it.
@Suite struct PromptTests {
    @Test func itTellsWhereOneIs() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let database = try #require(cluster.program.environment["PGDATABASE"])
            #expect(prompt.hasPrefix("tscl \(database)@"))
            #expect(prompt.contains("@[local]"))
        }
    }

    @Test func tabCompletesACommand() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("node l\t")
            try await terminal.waits(line: prompt + " node list")
            let answer = try await terminal.run("", prompt: prompt)
            #expect(answer.contains { $0.contains("dn3") })
        }
    }

    @Test func tabOffersTheNodesThereAre() async throws {
        try await withPrompt { terminal, prompt, _ in
            // Tab does not wait for names that are not read yet.
            terminal.type("prompt '%N> '\r")
            try await terminal.pressEnter(until: "3/3>")
            terminal.type("node ping d\t")
            try await terminal.waits(line: "3/3> node ping dn")
            terminal.type("\t")
            let rows = try await terminal.waits(for: "dn1  ")
            #expect(rows.contains { $0.split(separator: " ") == ["dn1", "dn2", "dn3"] })
        }
    }

    @Test func anErrorShowsItsPlace() async throws {
        try await withPrompt { terminal, prompt, _ in
            let answer = try await terminal.run("node ping --tmeout 5s", prompt: prompt)
            #expect(
                answer == [
                    "<prompt>:1:11: error: unknown option --tmeout",
                    "    1 | node ping --tmeout 5s",
                    "      |           ^~~~~~~~",
                    "   help: did you mean --timeout?",
                ])
        }
    }

    @Test func aFailureIsNoReasonToEnd() async throws {
        try await withPrompt { terminal, prompt, _ in
            let answer = try await terminal.run("sql SELECT 1/0", prompt: prompt)
            #expect(answer == ["error: division by zero", "  sqlstate: 22012"])
            #expect(try await terminal.run("echo still here", prompt: prompt) == ["still here"])
        }
    }

    @Test func controlCDropsTheLine() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("echo never shown")
            try await terminal.waits(line: prompt + " echo never shown")
            let mark = terminal.mark
            terminal.type("\u{3}")
            try await terminal.waits(prompt: prompt, after: mark)
            #expect(try await terminal.run("echo next", prompt: prompt) == ["next"])
        }
    }

    @Test func controlCCancelsWhatRunsOnTheServer() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let sleeping = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(62)%'"
            let mark = terminal.mark
            terminal.type("sql SELECT pg_sleep(62)\r")
            #expect(try await eventually { try await !cluster.query("an1", sleeping).isEmpty })
            terminal.type("\u{3}")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.contains("error: interrupted"), "\(answer)")
            #expect(try await eventually { try await cluster.query("an1", sleeping).isEmpty })
            #expect(try await terminal.run("sql SELECT 1 AS one", prompt: prompt).contains { $0.contains("one") })
        }
    }

    @Test func bareSQLGoesOnToItsSemicolon() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("SELECT 1\r")
            try await terminal.waits(line: "; runs it>")
            let answer = try await terminal.run("AS seven;", prompt: prompt)
            #expect(answer.first?.contains("seven") == true, "\(answer)")
        }
    }

    @Test func whatDestroysAsksForTheName() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let mark = terminal.mark
            terminal.type("node delete dn3\r")
            try await terminal.waits(line: "node delete: type dn3 to confirm:")
            terminal.type("dn2\r")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.last == "error: not confirmed; nothing was done")
            #expect(try await cluster.run("node list", "--format", "csv").output.contains("dn3"))
        }
    }

    @Test func aQuestionIsAskedAgainAfterAStop() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            terminal.type("node delete dn3\r")
            let question = "node delete: type dn3 to confirm:"
            try await terminal.waits(line: question)
            terminal.type("dn")
            try await terminal.waits(line: question + " dn")
            terminal.signalForeground(SIGCONT)
            try await terminal.waits(line: question)
            terminal.type("wrong")
            try await terminal.waits(line: question + " wrong")
            terminal.type("\r")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.last == "error: not confirmed; nothing was done")
        }
    }

    @Test(arguments: [("\u{3}", 1), ("\u{4}", 0)])
    func controlCAndControlDAtAQuestionDoNothing(_ key: String, marks: Int) async throws {
        try await withPrompt { terminal, prompt, cluster in
            let mark = terminal.mark
            terminal.type("node delete dn3\r")
            try await terminal.waits(line: "node delete: type dn3 to confirm:")
            terminal.type(key)
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.last == "error: not confirmed; nothing was done")
            // The terminal shows Ctrl-C, and nobody else; of Ctrl-D it shows nothing.
            let shown = terminal.rows.reduce(0) { $0 + $1.count { $0 == "^" } }
            #expect(shown == marks, "\(terminal.rows)")
            #expect(try await cluster.run("node list", "--format", "csv").output.contains("dn3"))
        }
    }

    @Test func controlDEnds() async throws {
        try await withPrompt { terminal, prompt, _ in
            try await terminal.run("nod", prompt: prompt)
            terminal.type("\u{4}")
            #expect(try await terminal.end() == 0)
        }
    }

    @Test func quitSaysTheStatus() async throws {
        try await withPrompt { terminal, _, _ in
            terminal.type("quit 7\r")
            let status = try await terminal.end()
            #expect(status == 7)
        }
    }

    @Test func aSessionThatIsKilledKeepsItsHistory() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withPrompt(["XDG_STATE_HOME": folder.path]) { terminal, prompt, _ in
            try await terminal.run("echo remembered", prompt: prompt)
            terminal.kill()
            #expect(try await terminal.end() == 128 + SIGKILL)
        }
        let text = try String(contentsOf: folder.appendingPathComponent("tscl/history"), encoding: .utf8)
        #expect(text.contains("remembered"))
    }

    @Test func aHistoryThatCannotBeKeptIsTold() async throws {
        try await withPrompt(["XDG_STATE_HOME": "/proc/nowhere"]) { terminal, prompt, _ in
            try await terminal.run("echo forgotten", prompt: prompt)
            terminal.type("\u{4}")
            try await terminal.waits(
                for: "note: the history can't be saved: /proc/nowhere/tscl/history: No such file")
            #expect(try await terminal.end() == 0)
        }
    }

    @Test func theHistoryKeepsWhatWasTypedAndNoSecret() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withPrompt(["XDG_STATE_HOME": folder.path]) { terminal, prompt, _ in
            try await terminal.run("echo remembered", prompt: prompt)
            try await terminal.run("set --secret token hunter2", prompt: prompt)
            try await terminal.run("echo is hunter2", prompt: prompt)
            try await terminal.run("echo the end", prompt: prompt)
            terminal.type("\u{4}")
            #expect(try await terminal.end() == 0)
        }
        let file = folder.appendingPathComponent("tscl/history").path
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // libedit writes a blank as \040.
        let text = try String(contentsOfFile: file, encoding: .utf8).replacing("\\040", with: " ")
        let lines = text.split(separator: "\n")
        #expect(lines.contains("echo remembered"))
        #expect(lines.contains("echo the end"))
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("--secret"))
    }
}
