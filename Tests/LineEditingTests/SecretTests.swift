import Glibc
import LineEditing
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SecretTests {
    private func secret(_ person: (EditorTrial) async throws -> Void) async throws -> String? {
        let trial = try EditorTrial()
        let before = trial.terminal.localModes
        async let secret = trial.editor.readSecret("Password: ")
        try await trial.terminal.wait(line: "Password:")
        try await person(trial)
        let answer = await secret
        #expect(trial.terminal.localModes == before)
        #expect(trial.editor.history == [])
        try await trial.terminal.wait { $0.lines.first == "Password:" && $0.row > 0 && $0.column == 0 }
        #expect(try await trial.line(typing: "x\r") == .line("x"))
        return answer
    }

    @Test(arguments: [
        ("pässword\r", "pässword"), ("ab\u{7f}c\n", "ac"), ("wrong\u{15}right\r", "right"), ("\r", ""),
        ("x\u{3}", nil), ("\u{4}", nil), ("ab\u{4}", "ab"), (" a b \r", " a b "),
    ])
    func `a password is read and not shown`(keys: String, answer: String?) async throws {
        #expect(try await secret { $0.terminal.type(keys) } == answer)
    }

    @Test
    func `an interrupt takes the question back`() async throws {
        let answer = try await secret { trial in
            trial.terminal.type("abc")
            trial.editor.printAbove("a notice can wait")
            trial.editor.deliver(.windowChanged)
            trial.editor.deliver(.interrupt)
        }
        #expect(answer == nil)
    }

    @Test
    func `a password can be asked for without an editor`() async throws {
        let terminal = try TestTerminal()
        let before = terminal.localModes
        let question = try SecretPrompt()
        let answer = Task.detached { question.read("Password: ", from: terminal.slave) }
        try await terminal.wait(line: "Password:")
        terminal.type("ge\u{7f}\u{7f}größe\r")
        #expect(await answer.value == "größe")
        #expect(terminal.localModes == before)
        #expect(try await terminal.wait { $0.row == 1 }.lines == ["Password:"])
    }

    @Test
    func `a question that is taken back gives the terminal back`() async throws {
        let terminal = try TestTerminal()
        let before = terminal.localModes
        let question = try SecretPrompt()
        let answer = Task.detached { question.read("Password: ", from: terminal.slave) }
        try await terminal.wait(line: "Password:")
        terminal.type("never")
        question.cancel()
        #expect(await answer.value == nil)
        #expect(terminal.localModes == before)
    }

    @Test
    func `where there is no terminal there is no password`() throws {
        #expect(try SecretPrompt().read("Password: ", from: -1) == nil)
    }
}
