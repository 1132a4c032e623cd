@testable import LineEditing
import Testing
import Terminals

/// Undoing changes of the line, and changing it in an editor.
@Suite(.timeLimit(.minutes(2)))
struct UndoTests {
    @Test
    func `changes are undone one by one`() async throws {
        let trial = try EditorTrial()
        let input = try await trial.line { terminal in
            terminal.type("node list")
            try await terminal.wait(line: "tscl> node list")
            terminal.type("\u{15}role")
            try await terminal.wait(line: "tscl> role")
            terminal.type("\u{1f}")
            try await terminal.wait(line: "tscl>")
            terminal.type("\u{1f}")
            try await terminal.wait(line: "tscl> node list")
            terminal.type("\u{1f}")
            try await terminal.wait(line: "tscl> node")
            terminal.type("\u{1f}")
            try await terminal.wait(line: "tscl>")
            terminal.type("\u{1f}")
            try await terminal.wait { $0.bells == 1 }
            terminal.type("x\r")
        }
        #expect(input == .line("x"))
    }

    @Test
    func `a word typed in one go is one change`() {
        var history = UndoHistory()
        var text: [Unicode.Scalar] = []
        history.note((text, 0))
        for character in "ab cd".unicodeScalars {
            text.append(character)
            history.note((text, text.count))
        }
        #expect(history.undo()?.text.asString == "ab")
        #expect(history.undo()?.text.asString == "")
        #expect(history.undo() == nil)
    }

    @Test
    func `an editor changes the line`() async throws {
        let trial = try EditorTrial { $0.edit = { .text($0.uppercased() + "\nLIMIT 1\n\n") } }
        let input = try await trial.line { terminal in
            terminal.type("select 1\u{18}\u{5}")
            try await terminal.wait(line: "...> LIMIT 1")
            // It can be undone.
            terminal.type("\u{1f}")
            try await terminal.wait(line: "tscl> select 1")
            terminal.type("\u{18}\u{5}\r")
        }
        #expect(input == .line("SELECT 1\nLIMIT 1"))
    }

    @Test
    func `where the editor fails the line stays`() async throws {
        let trial = try EditorTrial { $0.edit = { _ in .failure("note: no editor") } }
        let input = try await trial.line { terminal in
            terminal.type("select 1\u{18}\u{5}")
            try await terminal.wait { $0.transcript.contains("note: no editor") && $0.line == "tscl> select 1" }
            terminal.type("\r")
        }
        #expect(input == .line("select 1"))
    }
}
