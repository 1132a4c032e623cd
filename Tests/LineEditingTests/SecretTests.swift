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
            // Keys that are no characters: arrows, F1, Escape, and what a paste stands between.
            ("a\u{1b}[Ab\u{1b}[1;5Cc\r", .secret("abc")), ("\u{1b}OPa\t\u{1b}b\r", .secret("ab")),
            ("\u{1b}[200~pa[s~\u{1b}[201~\r", .secret("pa[s~")),
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
    func `Ctrl-Z stops the process with the terminal as it was`() async throws {
        let terminal = try TestTerminal()
        let before = terminal.localModes
        let stopped = AsyncStream<tcflag_t>.makeStream()
        let question = try SecretPrompt { stopped.continuation.yield(terminal.localModes) }
        let answer = Task.detached { question.read("Password: ", from: terminal.slave) }
        try await terminal.wait(line: "Password:")
        terminal.type("ab\u{1a}")
        for await modes in stopped.stream {
            #expect(modes == before)
            break
        }
        try await terminal.wait { $0.lines == ["Password:", "Password:"] }
        terminal.type("cd\r")
        #expect(await answer.value == .secret("cd"))
        #expect(terminal.localModes == before)
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
