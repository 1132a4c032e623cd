import LineEditing
import Testing
import Terminals

/// The last like line, greyed behind what is typed.
@Suite(.timeLimit(.minutes(2)))
struct SuggestionTests {
    private func trial(columns: Int = 40, suggests: Bool = true, type: String = "xterm") async throws -> EditorTrial {
        let trial = try EditorTrial(columns: columns) {
            $0.showsSuggestions = suggests
            $0.terminalType = type
        }
        for line in ["node list --format csv", "node list", "SELECT 1\nFROM t;"] {
            _ = try await trial.line { terminal in
                terminal.type("\u{1b}[200~\(line.replacing("\n", with: "\r"))\u{1b}[201~\r")
            }
        }
        return trial
    }

    @Test
    func `it is shown and not entered`() async throws {
        let trial = try await trial()
        let input = try await trial.line { terminal in
            terminal.type("nod")
            try await terminal.wait { $0.line == "tscl> node list" && $0.column == 9 }
            #expect(String(decoding: terminal.screen.raw, as: UTF8.self).contains("\u{1b}[90me list\u{1b}[0m"))
            terminal.type("e")
            try await terminal.wait { $0.line == "tscl> node list" && $0.column == 10 }
            terminal.type("x")
            try await terminal.wait(line: "tscl> nodex")
            terminal.type("\u{7f}\r")
            try await terminal.wait { $0.transcript.contains("tscl> node") }
        }
        #expect(input == .line("node"))
    }

    @Test(arguments: ["\u{1b}[C", "\u{6}", "\u{5}", "\u{1b}[F"])
    func `a key that goes right takes it`(_ key: String) async throws {
        let trial = try await trial()
        #expect(try await trial.line(typing: "node\(key)\r") == .line("node list"))
        // Within the line it only goes right.
        let within = try await trial.line(typing: "node\u{1b}[D\u{1b}[C\r")
        #expect(within == .line("node"))
    }

    @Test
    func `a word of it is taken`() async throws {
        let trial = try await trial()
        #expect(try await trial.line(typing: "node list -\u{1b}[1;5C x\r") == .line("node list --format x"))
    }

    @Test
    func `of several lines one is shown and all are taken`() async throws {
        let trial = try await trial()
        let input = try await trial.line { terminal in
            terminal.type("SEL")
            try await terminal.wait { $0.line == "tscl> SELECT 1" && $0.column == 9 }
            terminal.type("\u{1b}[C\r")
        }
        #expect(input == .line("SELECT 1\nFROM t;"))
    }

    @Test
    func `it never takes a further row`() async throws {
        let trial = try await trial(columns: 20)
        _ = try await trial.line { terminal in
            terminal.type("node list -")
            try await terminal.wait { $0.line == "tscl> node list --fo" && $0.column == 17 }
            terminal.type("\r")
        }
    }

    @Test(arguments: [(false, "xterm"), (true, "dumb"), (true, "")])
    func `without colour there is none`(_ suggests: Bool, _ type: String) async throws {
        let trial = try EditorTrial {
            $0.showsSuggestions = suggests
            $0.terminalType = type
        }
        let terminal = trial.terminal
        for keys in ["node list\r", "nod\u{1b}[C\r"] {
            async let input = trial.editor.readLine(EditorTrial.prompt)
            try await terminal.wait { $0.line == "tscl>" }
            terminal.type(keys)
            #expect(await input == .line(keys == "node list\r" ? "node list" : "nod"))
            try await terminal.wait { $0.column == 0 }
        }
    }
}
