import LineEditing
import Testing
import Terminals

/// Terminals without escape sequences, and without UTF-8.
@Suite(.timeLimit(.minutes(2)))
struct PlainTerminalTests {
    private func line(_ trial: EditorTrial, _ person: (TestTerminal) async throws -> Void) async throws -> EditorInput {
        async let input = trial.editor.readLine(EditorTrial.prompt)
        try await trial.terminal.wait(line: "tscl>")
        try await person(trial.terminal)
        return await input
    }

    @Test(arguments: ["dumb", ""])
    func `a dumb terminal gets no escape sequence`(type: String) async throws {
        let trial = try EditorTrial(columns: 20) {
            $0.terminalType = type
            $0.needsMore = { $0.hasSuffix("{") }
            $0.complete = { _, cursor in
                Completion(replacing: 0..<cursor, candidates: ["ab", "ac"].map { .init(insert: $0, label: $0) })
            }
        }
        let first = try await line(trial) { terminal in
            terminal.type("abd\u{1b}[Dc")
            try await terminal.wait { $0.line == "tscl> abcd" && $0.column == 9 }
            terminal.type("\u{1}\u{b}")
            try await terminal.wait { $0.line == "tscl>" && $0.column == 6 }
            terminal.type("a\t")
            try await terminal.wait { $0.lines == ["tscl> a", "ab  ac", "tscl> a"] }
            trial.editor.printAbove("notice")
            try await terminal.wait { $0.lines.suffix(2) == ["notice", "tscl> a"] }
            terminal.type("{\r")
            try await terminal.wait { $0.lines.suffix(2) == ["tscl> a{", "...>"] }
            terminal.type("}\r")
        }
        #expect(first == .line("a{\n}"))
        let second = try await line(trial) { terminal in
            terminal.type("abcdefghijklmnopq")
            try await terminal.wait { $0.line == "nopq" }
            terminal.type("\u{15}\u{10}")
            try await terminal.wait { $0.line == "...> }" }
            terminal.type("\u{12}a{")
            try await terminal.wait { $0.line == "history: a{: a{" }
            terminal.type("\u{7}")
            try await terminal.wait { $0.line == "...> }" }
            trial.editor.deliver(.interrupt)
        }
        #expect(second == .interrupted)
        #expect(!trial.terminal.screen.raw.contains(0x1b))
    }

    @Test
    func `without UTF-8 ASCII stands in for the rest, and nothing is lost`() async throws {
        let trial = try EditorTrial { $0.charset = .ascii }
        async let input = trial.editor.readLine(Prompt("db ❯ ", continuation: "… "))
        try await trial.terminal.wait(line: "db >")
        trial.terminal.type("größe 数\u{1b}[D\u{8}\r")
        #expect(await input == .line("größe数"))
        let screen = try await trial.terminal.wait { $0.lines == ["db > gr??e?"] }
        #expect(screen.raw.allSatisfy { $0 < 0x80 })
    }

    @Test(
        arguments: [
            ([:], .utf8), (["LC_ALL": "C"], .ascii), (["LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"], .ascii),
            (["LANG": "C"], .utf8), (["LC_ALL": "", "LC_CTYPE": "C"], .ascii), (["LC_CTYPE": "en_GB.utf8"], .utf8),
            (["LC_ALL": "de_DE.UTF-8", "LC_CTYPE": "C"], .utf8), (["LC_ALL": "de_DE.ISO-8859-1"], .ascii),
        ] as [([String: String], Charset)])
    func `the locale chooses the characters`(environment: [String: String], charset: Charset) {
        #expect(Charset.chosen { environment[$0] } == charset)
    }
}
