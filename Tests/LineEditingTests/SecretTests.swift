import Glibc
import LineEditing
import Testing
import Terminals

@Suite(.timeLimit(.minutes(2)))
struct SecretTests {
    @Test(
        arguments: [(String, SecretAnswer)]([
            ("pässword\r", .secret("pässword")), ("ab\u{7f}c\n", .secret("ac")),
            ("wrong\u{15}right\r", .secret("right")),
            ("\r", .secret("")), ("x\u{3}", .interrupted), ("\u{3}", .interrupted), ("\u{4}", .nothing),
            ("ab\u{4}", .secret("ab")), (" a b \r", .secret(" a b ")),
        ]))
    func `a password is read and not shown`(keys: String, answer: SecretAnswer) async throws {
        let terminal = try TestTerminal()
        let before = terminal.localModes
        let question = try SecretPrompt()
        let read = Task.detached { question.read("Password: ", from: terminal.slave) }
        try await terminal.wait(line: "Password:")
        terminal.type(keys)
        #expect(await read.value == answer)
        #expect(terminal.localModes == before)
        try await terminal.wait { $0.lines.first == "Password:" && $0.row > 0 && $0.column == 0 }
    }

    @Test
    func `a password can be asked for without an editor`() async throws {
        let terminal = try TestTerminal()
        let before = terminal.localModes
        let question = try SecretPrompt()
        let answer = Task.detached { question.read("Password: ", from: terminal.slave) }
        try await terminal.wait(line: "Password:")
        terminal.type("ge\u{7f}\u{7f}größe\r")
        #expect(await answer.value == .secret("größe"))
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
        #expect(await answer.value == .nothing)
        #expect(terminal.localModes == before)
    }

    @Test
    func `where there is no terminal there is no password`() throws {
        #expect(try SecretPrompt().read("Password: ", from: -1) == .nothing)
    }
}
