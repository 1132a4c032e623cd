import CommandLanguage

struct PromptCommand: Command {
    private static let formatText = Operand<Argument?>("FORMAT", .text, check: PromptFormat.problem)
    private static let continuationText = Option<Argument?>(
        "--continuation", "TEXT", .text, check: PromptFormat.problemOfText,
        "What stands before the further lines of a command")

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

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let format = try arguments[Self.formatText].map { try PromptFormat($0.text) }
        let continuation = arguments[Self.continuationText]?.text
        if format == nil, continuation == nil { return Outcome(laidOut: context.settings.prompt.text) }
        let changes: [Settings.Change?] = [format.map { .prompt($0) }, continuation.map { .continuationPrompt($0) }]
        return Outcome(effects: changes.compactMap { $0 }.map { .setting($0) })
    }
}

extension PromptFormat {
    /// Why a text is no format; nil if it is one.
    static func problem(_ text: String) -> (message: String, help: String?)? {
        do throws(Problem) {
            _ = try PromptFormat(text)
            return nil
        } catch {
            switch error {
            case .unknownField(let field):
                let known = Field.allCases.map { "%\($0.rawValue)" }.joined(separator: " ")
                return (
                    field == "%" ? "nothing follows the last %" : "the prompt has no \(field)",
                    "known are \(known); 'help prompt' explains them"
                )
            case .controlCharacter: return ("a prompt is one line, without control characters", nil)
            }
        }
    }

    /// The same for a text without fields.
    static func problemOfText(_ text: String) -> (message: String, help: String?)? {
        problem(text.replacing("%", with: "%%"))
    }
}
