import Foundation
import LineEditing
import Testing
import Terminals

@Suite(.timeLimit(.minutes(2)))
struct TypingTests {
    @Test
    func `what is typed is shown and returned`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("node list")
            try await terminal.wait(line: "tscl> node list")
            terminal.type("\r")
        }
        #expect(input == .line("node list"))
        try await trial.terminal.wait { $0.lines == ["tscl> node list"] && $0.row == 1 && $0.column == 0 }
    }

    @Test
    func `letters of every script keep their place`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("é 数据 😀 e\u{301}x")
            try await terminal.wait { $0.line == "tscl> é 数据 😀 e\u{301}x" && $0.column == 18 }
            // Four characters back, over a mark that combines with the one before it.
            terminal.type("\u{1b}[D\u{1b}[D\u{1b}[D\u{1b}[D-")
            try await terminal.wait(line: "tscl> é 数据 😀- e\u{301}x")
            terminal.type("\r")
        }
        #expect(input == .line("é 数据 😀- e\u{301}x"))
    }

    @Test(arguments: [
        ("bc\u{1}a", "abc"), ("ac\u{1}\u{5}d", "acd"), ("ab cd\u{1b}[D\u{1b}[D\u{b}", "ab "),
        ("ab cd\u{1b}[D\u{15}", "d"), ("ab cd\u{17}ef", "ab ef"), ("abc\u{7f}\u{8}", "a"),
        ("ac\u{1b}[Db", "abc"), ("bc\u{1b}[Ha\u{1b}[Fd", "abcd"), ("bc\u{1b}OHa\u{1b}OFd", "abcd"),
        ("xab\u{1}\u{1b}[3~", "ab"), ("ab\u{15}\u{19}c", "abc"), ("ab cd\u{1b}bx", "ab xcd"),
        ("ab\u{1b}[5~\u{1b}[15~\u{1b}OPc", "abc"),
        ("ab\u{1b}[1;2A\u{1b}[1;6D\u{1b}[3;5~\u{1b}[15;2~\u{1b}xc", "abc"),
        ("ab cd\u{1b}[1;5Dx", "ab xcd"), ("ab\u{14}", "ba"),
        ("a\u{16}\tb", "a\tb"), ("ab\u{1b}2\u{2}x", "xab"), ("one two\u{1}\u{1b}d1", "1 two"),
    ])
    func `keys edit the line`(keys: String, line: String) async throws {
        let input = try await EditorTrial().line(typing: keys + "\r")
        #expect(input == .line(line))
    }

    @Test
    func `a line longer than the terminal is wide goes on below`() async throws {
        let trial = try EditorTrial(columns: 20)
        let input = try await trial.line { terminal in
            terminal.type("abcdefghijklmn")
            try await terminal.wait { $0.lines == ["tscl> abcdefghijklmn"] && $0.row == 1 && $0.column == 0 }
            terminal.type("opq")
            try await terminal.wait { $0.lines == ["tscl> abcdefghijklmn", "opq"] && $0.column == 3 }
            terminal.type("\u{1}\u{b}x")
            try await terminal.wait { $0.lines == ["tscl> x"] }
            terminal.type("\r")
        }
        #expect(input == .line("x"))
    }

    @Test
    func `an empty line is a line`() async throws {
        #expect(try await EditorTrial().line(typing: "\r") == .line(""))
    }

    @Test
    func `what is typed ahead is kept`() async throws {
        let trial = try EditorTrial()
        trial.terminal.type("one\ntwo\n")
        #expect(await trial.editor.readLine(EditorTrial.prompt) == .line("one"))
        #expect(await trial.editor.readLine(EditorTrial.prompt) == .line("two"))
    }

    @Test
    func `end of input is for an empty line alone`() async throws {
        let trial = try EditorTrial()
        #expect(try await trial.line(typing: "ab\u{1}\u{4}\r") == .line("b"))
        #expect(try await trial.line(typing: "ab\u{4}\r") == .line("ab"))
        #expect(try await trial.line(typing: "\u{4}") == .endOfInput)
    }

    @Test
    func `a terminal that is gone ends the input`() async throws {
        let trial = try EditorTrial()
        async let input = trial.editor.readLine(EditorTrial.prompt)
        try await trial.terminal.wait(line: "tscl>")
        trial.terminal.hangUp()
        #expect(await input == .endOfInput)
    }

    @Test
    func `the keys may be those of vi`() async throws {
        let folder = try TemporaryFolder()
        try "bind -v\nedit off\n".write(toFile: folder.path + "/editrc", atomically: true, encoding: .utf8)
        let trial = try EditorTrial {
            $0.settingsFile = folder.path + "/editrc"
            $0.complete = { Completion(replacing: 0..<$1, candidates: [.init(insert: "table ", label: "table")]) }
        }
        let typed = [
            ("abc\u{1b}0xi-\r", "-bc"), ("ta\tx\r", "table x"),
            // The search takes over what it found, k and j and the arrows go through the history.
            ("\u{1b}/bc\r", "-bc"), ("\u{1b}kkjk\r", "table x"), ("\u{1b}[A\u{1b}[A\r", "-bc"),
        ]
        for (number, (keys, line)) in typed.enumerated() {
            async let input = trial.editor.readLine(Prompt("\(number)> ", continuation: ""))
            try await trial.terminal.wait(line: "\(number)>")
            trial.terminal.type(keys)
            let result = await input
            #expect(result == .line(line))
        }
    }

    @Test
    func `the prompt may be coloured`() async throws {
        let trial = try EditorTrial()
        let prompt = Prompt("\u{1b}[1;32mdb\u{1b}[0m=> \u{1b}[m", continuation: "")
        let input = try await trial.line(prompt, whenShown: "db=>") { terminal in
            terminal.type("x")
            try await terminal.wait { $0.line == "db=> x" && $0.column == 6 }
            terminal.type("\r")
        }
        #expect(input == .line("x"))
        #expect(String(decoding: trial.terminal.screen.raw, as: UTF8.self).contains("\u{1b}[1;32mdb\u{1b}[0m=> "))
    }

    @Test
    func `clearing the screen leaves the line`() async throws {
        let trial = try EditorTrial()
        #expect(try await trial.line(typing: "one\r") == .line("one"))
        let input = try await trial.line { terminal in
            terminal.type("two\u{c}")
            try await terminal.wait { $0.lines == ["tscl> two"] && $0.row == 0 }
            terminal.type("\r")
        }
        #expect(input == .line("two"))
    }

    @Test
    func `the terminal is given back`() async throws {
        let trial = try EditorTrial()
        let before = trial.terminal.localModes
        _ = try await trial.line { terminal in
            #expect(terminal.localModes != before)
            #expect(terminal.screen.bracketedPaste)
            terminal.type("x\r")
        }
        trial.editor.close()
        #expect(trial.terminal.localModes == before)
        try await trial.terminal.wait { !$0.bracketedPaste }
        #expect(await trial.editor.readLine(EditorTrial.prompt) == .endOfInput)
    }

    @Test
    func `what is no terminal has no editor`() throws {
        let terminal = try TestTerminal()
        var configuration = terminal.configuration
        configuration.input = 1 << 20
        #expect(throws: LineEditingError.notATerminal(descriptor: 1 << 20)) { try LineEditor(configuration) }
    }
}
