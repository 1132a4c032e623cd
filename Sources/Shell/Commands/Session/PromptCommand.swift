import CommandLanguage

struct PromptCommand: Command {
    static let syntax = CommandSyntax(
        "prompt", group: .settings, "Choose what the prompt shows, or tell what it does",
        operands: [OperandSyntax("FORMAT", .text, .optional)],
        options: [OptionSyntax("--continuation", "TEXT", .text, "What stands before the further lines of a command")],
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
        let written = arguments.operand("FORMAT")
        do throws(PromptFormat.Problem) {
            format = try written.map { written throws(PromptFormat.Problem) in try PromptFormat(written.text) }
            continuation = try arguments.value("--continuation").map { value throws(PromptFormat.Problem) in
                // Nothing in it is replaced, but it is drawn by the same rules.
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

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        if format == nil, continuation == nil { return Outcome(text: [session.settings.prompt.text]) }
        if let format { session.settings.prompt = format }
        if let continuation { session.settings.continuationPrompt = continuation }
        return .nothing
    }
}
