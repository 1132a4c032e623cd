import LineEditing
import Testing
import Terminals

/// An editor at a terminal.
struct EditorTrial {
    static let prompt = Prompt("tscl> ", continuation: "...> ")

    let terminal: TestTerminal
    let editor: LineEditor

    init(
        columns: Int = 40, rows: Int = 12, _ configure: (inout LineEditor.Configuration) -> Void = { _ in }
    ) throws {
        terminal = try TestTerminal(columns: columns, rows: rows)
        var configuration = terminal.configuration
        configure(&configuration)
        editor = try LineEditor(configuration)
    }

    /// Asks for a line, waits for the prompt, and lets `person` type.
    func line(
        _ prompt: Prompt = Self.prompt, whenShown shown: String = "tscl>",
        _ person: (TestTerminal) async throws -> Void
    ) async throws -> EditorInput {
        let ended = terminal.screen.endedLines
        async let input = editor.readLine(prompt)
        try await terminal.wait { $0.line == shown && $0.bracketedPaste }
        try await person(terminal)
        let result = await input
        // What is on the screen next must not be taken for the next prompt.
        try await terminal.wait { $0.endedLines > ended }
        return result
    }

    /// The line that these keys make.
    func line(typing keys: String) async throws -> EditorInput {
        // Keys that come before the editor has the terminal are edited by the terminal itself.
        try await line { $0.type(keys) }
    }
}
