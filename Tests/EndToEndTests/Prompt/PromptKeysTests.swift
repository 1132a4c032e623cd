import Foundation
import Testing

/// What the keys of a person at the prompt do.
@Suite struct PromptKeysTests {
    @Test func whatIsPastedRunsOnlyOnEnter() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("\u{1b}[200~echo one\recho two\r\u{1b}[201~")
            try await terminal.waits(for: "   -> echo two")
            #expect(terminal.rows.filter { $0 == "one" }.isEmpty)
            let mark = terminal.mark
            terminal.type("\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["one", "two"])
        }
    }

    @Test func aLongScriptCanBePasted() async throws {
        try await withPrompt { terminal, prompt, _ in
            let script = (1...500).map { "set v\($0) \($0)\r" }.joined()
            terminal.type("\u{1b}[200~\(script)\u{1b}[201~")
            try await terminal.waits(for: "   -> set v500 500")
            let mark = terminal.mark
            terminal.type("\r")
            // Else the prompt behind the script could be taken for the one behind the next line.
            try await terminal.waits(prompt: prompt, after: mark)
            #expect(try await terminal.run("echo ${v1} to ${v500}", prompt: prompt).last == "1 to 500")
        }
    }

    @Test func aLineOfTenThousandCharactersArrivesWhole() async throws {
        try await withPrompt { terminal, prompt, _ in
            try await terminal.run("set long " + String(repeating: "x", count: 10_000), prompt: prompt)
            let answer = try await terminal.run("sql SELECT length(:'long')", prompt: prompt)
            #expect(answer.contains { $0.trimmingCharacters(in: .whitespaces) == "10000" }, "\(answer)")
        }
    }

    @Test func aCommandOfSeveralLinesIsRecalledWhole() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("SELECT 1\r")
            try await terminal.waits(line: "; runs it>")
            try await terminal.run("AS seven;", prompt: prompt)
            let mark = terminal.mark
            terminal.type("\u{10}")
            try await terminal.waits(line: "   -> AS seven;")
            #expect(terminal.rows[mark] == prompt + " SELECT 1")
            // In its first line, and with all of it run by Enter at its end.
            terminal.type("\u{1b}[A\u{5}2\u{1b}[B\u{5}\r")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.contains { $0.trimmingCharacters(in: .whitespaces) == "12" }, "\(answer)")
        }
    }

    @Test func controlRFindsWhatWasTyped() async throws {
        try await withPrompt { terminal, prompt, _ in
            try await terminal.run("echo first", prompt: prompt)
            try await terminal.run("echo second", prompt: prompt)
            terminal.type("\u{12}fir")
            try await terminal.waits(line: "history: fir: echo first")
            let mark = terminal.mark
            terminal.type("\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["first"])
        }
    }

    @Test func noKeyFindsASecret() async throws {
        try await withPrompt { terminal, prompt, _ in
            try await terminal.run("echo before", prompt: prompt)
            try await terminal.run("set --secret token hunter2", prompt: prompt)
            try await terminal.run("sql ALTER ROLE nobody PASSWORD E'hunter2'", prompt: prompt)
            let answer = try await terminal.run("history", prompt: prompt)
            #expect(answer == ["echo before", "history"])
            terminal.type("\u{10}\u{10}")
            try await terminal.waits(line: prompt + " echo before")
            terminal.type("\u{15}\u{12}hunt")
            try await terminal.waits(for: "not in the history: hunt")
        }
    }

    @Test func lettersOfEveryScriptAreEdited() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("echo 数x据 e\u{301}\u{1b}[D\u{1b}[D\u{1b}[D\u{1b}[D\u{8}")
            try await terminal.waits(line: prompt + " echo 数据 e\u{301}")
            let mark = terminal.mark
            terminal.type("\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["数据 e\u{301}"])
        }
    }

    /// The terminal shows what it can, and what is typed arrives whole.
    @Test(arguments: [["LC_ALL": "C"], ["LANG": ""], ["LC_CTYPE": "en_US.ISO-8859-1"]])
    func aLocaleWithoutUTF8LosesNothing(_ locale: [String: String]) async throws {
        try await withPrompt(locale) { terminal, prompt, _ in
            let answer = try await terminal.run("sql SELECT ascii('é') AS code", prompt: prompt)
            #expect(answer.contains { $0.trimmingCharacters(in: .whitespaces) == "233" }, "\(answer)")
        }
    }

    @Test(arguments: ["dumb", "", "unknown", "no-such-terminal"])
    func aTerminalOfAnyTypeWillDo(_ type: String) async throws {
        try await withPrompt(["TERM": type]) { terminal, prompt, _ in
            let typed = try await terminal.run("echo oen\u{8}\u{8}ne", prompt: prompt)
            let recalled = try await terminal.run("\u{10}", prompt: prompt)
            #expect(typed == ["one"] && recalled == ["one"])
        }
    }

    @Test func twentyColumnsAreEnough() async throws {
        try await withPrompt { terminal, _, _ in
            terminal.resize(columns: 20)
            terminal.type("echo 'a line that is longer than the terminal is wide'\r")
            // What is typed is folded where the prompt's length wants it, the answer at its twentieth character.
            try await terminal.waits(for: "\na line that is longer than the terminal is wide\n")
            #expect(terminal.rows.contains("r than the terminal"), "\(terminal.rows)")
            terminal.type("set x 1\recho is ${x}\r")
            try await terminal.waits(for: "is 1")
        }
    }

    @Test func aTerminalThatBecomesNarrowerShowsTheLineOnce() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("echo resized")
            try await terminal.waits(line: prompt + " echo resized")
            terminal.resize(columns: 60)
            terminal.type("!")
            try await terminal.waits(line: prompt + " echo resized!")
            let mark = terminal.mark
            terminal.type("\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["resized!"])
            #expect(terminal.rows.filter { $0.contains("echo resized") }.count == 1)
        }
    }

    @Test func controlDIsForAnEmptyLineAlone() async throws {
        try await withPrompt { terminal, prompt, _ in
            terminal.type("SELECT 1\r")
            try await terminal.waits(line: "; runs it>")
            // At the end of a draft there is nothing to delete, and ending would lose it.
            let answer = try await terminal.run("\u{4}AS kept;", prompt: prompt)
            #expect(answer.first?.trimmingCharacters(in: .whitespaces) == "kept", "\(answer)")
            #expect(try await terminal.run("echo still here", prompt: prompt) == ["still here"])
        }
    }

    @Test func whatIsNotUTF8IsNoEnd() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            terminal.type(bytes: Array("echo a".utf8) + [0xff, 0xc3] + Array("b\r".utf8))
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.count == 1 && answer.first?.first == "a" && answer.first?.last == "b", "\(answer)")
        }
    }

    @Test func whatIsTypedAheadIsShownOnce() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let sleeping = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(1.7)%'"
            let mark = terminal.mark
            terminal.type("sql SELECT pg_sleep(1.7)\r")
            #expect(try await eventually { try await !cluster.query("an1", sleeping).isEmpty })
            terminal.type("echo ahead\recho half")
            try await terminal.waits(line: prompt + " echo half")
            let rows = terminal.rows.dropFirst(mark)
            #expect(rows.filter { $0.contains("echo ahead") } == [prompt + " echo ahead"])
            #expect(rows.filter { $0.contains("echo half") } == [prompt + " echo half"])
            #expect(rows.contains("ahead"))
        }
    }

    /// Between a line and the next prompt, too, whatever became of the line.
    @Test func whatIsTypedAtOnceIsShownOnce() async throws {
        try await withPrompt { terminal, prompt, _ in
            let mark = terminal.mark
            var expected: [String] = []
            for number in 1...30 {
                for key in "echo \(number)\rnode\r".utf8 { terminal.type(bytes: [key]) }
                expected += [prompt + " echo \(number)", prompt + " node"]
            }
            terminal.type("echo at last\r\u{4}")
            let status = try await terminal.end()
            #expect(status == 0)
            expected.append(prompt + " echo at last")
            // What it showed last may arrive behind its end.
            #expect(
                await eventually {
                    terminal.rows.dropFirst(mark).filter { $0.contains(prompt) && $0 != prompt } == expected
                })
        }
    }

    @Test func aPasswordIsNotShownAndControlCTakesItBack() async throws {
        try await withPrompt { terminal, prompt, cluster in
            let modes = terminal.localModes
            let mark = terminal.mark
            terminal.type("role create never --password-prompt\r")
            try await terminal.waits(line: "Password:")
            terminal.type("hunter2\u{3}")
            let answer = try await terminal.waits(prompt: prompt, after: mark)
            #expect(answer.contains { $0.contains("error: interrupted") }, "\(answer)")
            #expect(!terminal.rows.contains { $0.contains("hunter2") || $0.contains("Again") })
            #expect(terminal.localModes == modes)
            #expect(try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'never'").isEmpty)
        }
    }
}
