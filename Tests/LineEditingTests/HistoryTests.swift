import Glibc
import LineEditing
import SystemPackage
import Testing
import Terminals

@Suite(.timeLimit(.minutes(2)))
struct HistoryTests {
    @Test
    func `the arrows walk through the history and back to the draft`() async throws {
        let trial = try EditorTrial()
        for line in ["one", "two", "three"] { _ = try await trial.line(typing: line + "\r") }
        let draft = String(repeating: "d", count: 1_500)
        let input = try await trial.line { terminal in
            terminal.type("draft\u{10}")
            try await terminal.wait(line: "tscl> three")
            terminal.type("\u{10}\u{10}")
            try await terminal.wait(line: "tscl> one")
            terminal.type("\u{10}")
            try await terminal.wait { $0.line == "tscl> one" && $0.bells == 1 }
            terminal.type("\u{e}\u{e}\u{e}")
            try await terminal.wait(line: "tscl> draft")
            terminal.type("\u{e}")
            try await terminal.wait { $0.bells == 2 }
            // Longer than what libedit keeps of a line that is left for the history.
            terminal.type("\u{15}\(draft)\u{10}\u{e}\r")
        }
        #expect(input == .line(draft))
    }

    @Test
    func `up and down walk through what begins like the line`() async throws {
        let trial = try EditorTrial()
        for line in ["node list", "echo", "node show dn1", "role list", "node show dn1", "node"] {
            _ = try await trial.line(typing: line + "\r")
        }
        let input = try await trial.line { terminal in
            terminal.type("node \u{1b}[A")
            try await terminal.wait(line: "tscl> node show dn1")
            // The same line is not shown twice.
            terminal.type("\u{1b}[A")
            try await terminal.wait(line: "tscl> node list")
            terminal.type("\u{1b}[A")
            try await terminal.wait { $0.line == "tscl> node list" && $0.bells == 1 }
            terminal.type("\u{1b}[B\u{1b}[B")
            try await terminal.wait(line: "tscl> node")
            terminal.type("\u{1b}[B")
            try await terminal.wait { $0.bells == 2 }
            // Ctrl-P goes to all that was typed.
            terminal.type("\u{10}\u{10}\u{10}")
            try await terminal.wait(line: "tscl> role list")
            terminal.type("\r")
        }
        #expect(input == .line("role list"))
    }

    @Test
    func `blank lines, repetitions and secrets are not kept`() async throws {
        let trial = try EditorTrial { $0.isSecret = { $0.contains("password") } }
        for line in ["one", "one", "  ", "", "set password x", "two", "one"] {
            #expect(try await trial.line(typing: line + "\r") == .line(line))
        }
        #expect(trial.editor.history == ["one", "two", "one"])
    }

    @Test
    func `a limit drops the oldest`() async throws {
        let trial = try EditorTrial { $0.historyLimit = 2 }
        for line in ["one", "two", "three"] { _ = try await trial.line(typing: line + "\r") }
        #expect(trial.editor.history == ["two", "three"])
    }

    @Test
    func `searching finds what was typed before`() async throws {
        let trial = try EditorTrial()
        for line in ["node list", "table show c", "node show dn1", "Größe 数据"] {
            _ = try await trial.line(typing: line + "\r")
        }
        let input = try await trial.line { terminal in
            terminal.type("\u{12}node")
            try await terminal.wait { $0.line == "history: node: node show dn1" && $0.column == 15 }
            terminal.type("\u{12}")
            try await terminal.wait(line: "history: node: node list")
            terminal.type("\u{12}")
            try await terminal.wait { $0.line == "not in the history: node: node list" && $0.bells == 1 }
            terminal.type("\u{7f}\u{7f}\u{7f}\u{7f}ö")
            try await terminal.wait(line: "history: ö: Größe 数据")
            terminal.type("\u{1b}")
            try await terminal.wait { $0.line == "tscl> Größe 数据" && $0.column == 8 }
            terminal.type("\u{12}show\u{12}\u{1}")
            try await terminal.wait { $0.line == "tscl> table show c" && $0.column == 6 }
            terminal.type("\u{12}node\u{7}")
            try await terminal.wait(line: "tscl> table show c")
            // From what was found the arrows go on.
            terminal.type("\u{12}dn1\u{1b}[A")
            try await terminal.wait(line: "tscl> table show c")
            terminal.type("\u{12}list\r")
        }
        #expect(input == .line("node list"))
    }

    @Test
    func `a search can be interrupted`() async throws {
        let trial = try EditorTrial()
        _ = try await trial.line(typing: "one\r")
        let input = try await trial.line { terminal in
            terminal.type("\u{12}on")
            try await terminal.wait(line: "history: on: one")
            trial.editor.deliver(.interrupt)
        }
        #expect(input == .interrupted)
        try await trial.terminal.wait { $0.lines == ["tscl> one", "tscl> ^C"] && $0.row == 2 }
    }

    @Test
    func `commands outlast the session`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        let trial = try EditorTrial {
            $0.historyFile = path
            $0.needsMore = { $0.hasSuffix("\\") }
        }
        for line in ["one \\\rtwo", "größe", "größe"] { _ = try await trial.line(typing: line + "\r") }
        #expect(await trial.editor.saveHistory() == nil)
        #expect(await trial.editor.saveHistory() == nil)
        trial.editor.close()

        let next = try EditorTrial { $0.historyFile = path }
        #expect(next.editor.history == ["one \\\ntwo", "größe"])
        let input = try await next.line { terminal in
            terminal.type("\u{10}\u{10}")
            try await terminal.wait { $0.lines == ["tscl> one \\", "...> two"] }
            terminal.type("\r")
        }
        #expect(input == .line("one \\\ntwo"))
    }

    @Test
    func `two sessions at once lose nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        let trials = try (0..<2).map { _ in try EditorTrial { $0.historyFile = path } }
        for (index, trial) in trials.enumerated() {
            _ = try await trial.line(typing: "session \(index)\r")
        }
        for trial in trials.reversed() { #expect(await trial.editor.saveHistory() == nil) }
        let after = try EditorTrial { $0.historyFile = path }
        #expect(after.editor.history == ["session 1", "session 0"])
    }

    @Test
    func `a file that cannot be written is told, and written later`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/later/history"
        let trial = try EditorTrial { $0.historyFile = path }
        _ = try await trial.line(typing: "one\r")
        #expect(await trial.editor.saveHistory() == .history(path: path, cause: .noSuchFileOrDirectory))
        mkdir(folder.path + "/later", 0o700)
        #expect(await trial.editor.saveHistory() == nil)
        #expect(try HistoryFile(path: path, limit: 10).load() == ["one"])
    }
}
