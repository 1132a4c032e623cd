import CommandLanguage

struct PromptCommand: Command {
    private static let formatText = Operand<Argument?>("FORMAT", .text)
    private static let continuationText = Option<Argument?>(
        "--continuation", "TEXT", .text, "What stands before the further lines of a command")

    static let syntax = CommandSyntax(
        "prompt", group: .settings, "Choose what the prompt shows, or tell what it does",
        operands: [formatText],
        options: [continuationText],
        details: """
            In FORMAT a % and a letter stand for: \
            \(PromptFormat.Field.allCases.map { "%\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")). A blank \
            before one that has nothing to show is left out. Without a connection the prompt says so, whatever the \
            format. In rc.tscl it holds for every session.
            """,
        examples: ["prompt '\(PromptFormat.standard.text)'", "prompt '%n@%/ %N%x> ' --continuation '... '"])

    let format: PromptFormat?
    let continuation: String?

    init(_ arguments: Arguments) throws(Diagnostic) {
        let written = arguments[Self.formatText]
        do throws(PromptFormat.Problem) {
            format = try written.map { written throws(PromptFormat.Problem) in try PromptFormat(written.text) }
            continuation = try arguments[Self.continuationText].map { value throws(PromptFormat.Problem) in
                // The continuation prompt has no fields, but the same characters are forbidden in it.
                try PromptFormat(value.text.replacing("%", with: "%%")).filled { _ in "%" }
            }
        } catch {
            switch error {
            case .unknownField(let field):
                let known = PromptFormat.Field.allCases.map { "%\($0.rawValue)" }.joined(separator: " ")
                throw arguments.problem(
                    field == "%" ? "nothing follows the last %" : "the prompt has no \(field)", at: written,
                    help: "known are \(known); 'help prompt' explains them")
            case .controlCharacter:
                throw arguments.problem("a prompt is one line, without control characters", at: written)
            }
        }
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        if format == nil, continuation == nil { return Outcome(text: [context.settings.prompt.text]) }
        let changes: [Settings.Change?] = [format.map { .prompt($0) }, continuation.map { .continuationPrompt($0) }]
        return Outcome(effects: changes.compactMap { $0 }.map { .setting($0) })
    }
}
