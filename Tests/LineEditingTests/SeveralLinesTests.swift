import LineEditing
import Testing
import Terminals

/// Commands of several lines, edited as one.
@Suite(.timeLimit(.minutes(2)))
struct SeveralLinesTests {
    /// A block goes on until it is closed.
    private func trial(columns: Int = 40, rows: Int = 12) throws -> EditorTrial {
        try EditorTrial(columns: columns, rows: rows) { configuration in
            configuration.needsMore = { text in
                text.count(where: { $0 == "{" }) > text.count(where: { $0 == "}" })
            }
        }
    }

    @Test
    func `Enter goes on with a command that is not finished`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("transaction {\r")
            try await terminal.wait { $0.lines == ["tscl> transaction {", "...>"] && $0.column == 5 }
            terminal.type("sql X\r}")
            try await terminal.wait { $0.lines == ["tscl> transaction {", "...> sql X", "...> }"] }
            terminal.type("\r")
        }
        #expect(input == .line("transaction {\nsql X\n}"))
        try await trial.terminal.wait { $0.row == 3 && $0.column == 0 }
    }

    @Test
    func `the prompt names the end that is missing`() async throws {
        let trial = try EditorTrial {
            $0.needsMore = { !$0.hasSuffix(";") }
            $0.lacksEnd = { !$0.contains("(") || $0.contains(")") }
        }
        let input = try await trial.line(Prompt("> ", continuation: ". ", ending: "; "), whenShown: ">") { terminal in
            terminal.type("a\r")
            try await terminal.wait { $0.lines == ["> a", ";"] }
            terminal.type("(\r")
            try await terminal.wait { $0.lines == ["> a", ". (", "."] }
            terminal.type(")\r;")
            try await terminal.wait { $0.lines == ["> a", "; (", "; )", "; ;"] }
            terminal.type("\r")
        }
        #expect(input == .line("a\n(\n)\n;"))
    }

    @Test
    func `the cursor goes from line to line`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("a {\rbcdef\r}")
            try await terminal.wait { $0.row == 2 }
            terminal.type("\u{1b}[A")
            try await terminal.wait { $0.row == 1 && $0.column == 6 }
            terminal.type("\u{5}")
            try await terminal.wait { $0.row == 1 && $0.column == 10 }
            terminal.type("\u{1b}[A")
            try await terminal.wait { $0.row == 0 && $0.column == 9 }
            terminal.type("\u{1b}[B\u{1}X\u{1b}[B\u{5}}")
            try await terminal.wait { $0.lines == ["tscl> a {", "...> Xbcdef", "...> }}"] }
            terminal.type("\u{8}\r")
        }
        #expect(input == .line("a {\nXbcdef\n}"))
    }

    @Test
    func `a command of several lines is recalled as one`() async throws {
        let trial = try trial()
        #expect(try await trial.line(typing: "first\r") == .line("first"))
        #expect(try await trial.line(typing: "a {\rb\r}\r") == .line("a {\nb\n}"))
        #expect(trial.editor.history == ["first", "a {\nb\n}"])
        let input = try await trial.line { terminal in
            terminal.type("\u{1b}[A")
            try await terminal.wait { $0.lines.suffix(3) == ["tscl> a {", "...> b", "...> }"] }
            // Up through its lines, on to the entry before, and back.
            terminal.type("\u{1b}[A\u{1b}[A\u{1b}[A")
            try await terminal.wait { $0.lines.last == "tscl> first" }
            terminal.type("\u{1b}[B")
            try await terminal.wait { $0.lines.suffix(3) == ["tscl> a {", "...> b", "...> }"] }
            terminal.type("\r")
        }
        #expect(input == .line("a {\nb\n}"))
    }

    @Test
    func `a paste is shown and runs only on Enter`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("x \u{1b}[200~one\r\ntwo\rthree\tfour\r\u{1b}[201~")
            try await terminal.wait { $0.lines == ["tscl> x one", "...> two", "...> three      four", "...>"] }
            terminal.type("\r")
        }
        #expect(input == .line("x one\ntwo\nthree\tfour"))
    }

    @Test
    func `a paste larger than the screen arrives whole`() async throws {
        let trial = try trial(rows: 6)
        let lines = (1...500).map { "insert into conditions values (\($0))" }
        let input = try await trial.line { terminal in
            terminal.type("\u{1b}[200~\(lines.joined(separator: "\r"))\u{1b}[201~")
            let screen = try await terminal.wait { $0.lines.last?.hasSuffix("(500)") == true }
            #expect(screen.lines.count > 3 && screen.row == 5)
            terminal.type("\u{1b}[A!")
            try await terminal.wait { $0.lines.joined().contains("!") }
            terminal.type("\u{8}\r")
        }
        #expect(input == .line(lines.joined(separator: "\n")))
        // All of it is left for reading back.
        let after = try await trial.terminal.wait { $0.transcript.contains { $0.hasSuffix("(500)") } && $0.column == 0 }
        let text = after.transcript.suffix(while: { !$0.hasPrefix("tscl> insert") }).joined()
        #expect(lines.dropFirst().allSatisfy { text.contains($0.suffix(12)) })
    }

    @Test
    func `a pasted escape sequence does not reach the terminal`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("\u{1b}[200~a\u{1b}[2Jb\0\u{1b}[201~")
            try await terminal.wait(line: "tscl> a^[[2Jb")
            terminal.type("\r")
        }
        #expect(input == .line("a\u{1b}[2Jb"))
    }

    @Test
    func `a paste that never ends can be interrupted`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("\u{1b}[200~abc")
            trial.editor.deliver(.interrupt)
        }
        #expect(input == .interrupted)
        // How much of it was read by then is left open: the end of the paste may come to the next line.
        async let next = trial.editor.readLine(EditorTrial.prompt)
        try await trial.terminal.wait { $0.row == 1 && $0.line.hasPrefix("tscl>") && $0.bracketedPaste }
        trial.terminal.type("\u{1b}[201~\u{15}x\r")
        #expect(await next == .line("x"))
    }
}

extension EditorInput {
    /// The line, empty if there is none.
    var text: String {
        if case .line(let text) = self { text } else { "" }
    }
}

extension Array {
    /// The elements from the last one on of which `isNot` is false.
    func suffix(while isNot: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !isNot($0) } ?? startIndex)...]
    }
}
