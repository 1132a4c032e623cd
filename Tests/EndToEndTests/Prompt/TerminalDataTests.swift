import Foundation
import Testing

/// What a terminal would obey is data elsewhere.
@Suite struct TerminalDataTests {
    private static let hostile = "a\u{1B}]0;title\u{7}b\u{202E}c\u{9B}2Jd\u{200B}"
    private static let shown = #"a\x1B]0;title\x07b\u202Ec\u009B2Jd\u200B"#

    @Test(arguments: ["table", "expanded", "csv", "json"]) func aTerminalShowsIt(format: String) async throws {
        let terminal = try PromptTerminal(
            ["--format", format, "echo", Self.hostile], environment: ["PGHOST": "/nonexistent"])
        defer { terminal.kill() }
        let escaped = format == "json" ? Self.shown.replacing(#"\x"#, with: #"\u00"#) : Self.shown
        try await terminal.waits(for: escaped)
        #expect(try await terminal.end() == 0)
    }

    @Test func aPipeGetsItAsItIs() async throws {
        let program = Program(environment: ["PGHOST": "/nonexistent"])
        let csv = try await program.run(["--format", "csv", "echo", Self.hostile])
        #expect(csv.output.utf8.elementsEqual("text\n\(Self.hostile)\n".utf8))
        let table = try await program.run(["echo", Self.hostile])
        #expect(table.output.utf8.elementsEqual("\(Self.hostile)\n".utf8))
    }

    @Test func theLineBeingTypedShowsIt() async throws {
        let terminal = try PromptTerminal(environment: ["PGHOST": "/nonexistent"])
        defer { terminal.kill() }
        try await terminal.waits(line: "tscl (not connected)>")
        terminal.type("echo a\u{202E}b\u{200B}c\u{2066}d")
        try await terminal.waits(line: #"tscl (not connected)> echo a\u202Eb\u200Bc\u2066d"#)
        terminal.type("\u{3}\u{4}")
    }
}
