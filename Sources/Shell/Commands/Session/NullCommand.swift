import CommandLanguage

struct NullCommand: Command {
    private static let text = Operand<Argument?>("TEXT", .text, check: NullCommand.problem)
    private static let standard = Flag("--default", "As it is at first: \(standardText) in tables, nothing in csv")

    static let syntax = CommandSyntax(
        "null", group: .settings, "Choose what stands for NULL in the rows of a query, or tell what does",
        operands: [text], options: [standard],
        details: """
            It is for the rows of sql, SELECT and query, in tables and in csv, and for no listing of tscl's own, where \
            nothing stands for what there is not. In csv it stands without quotes, and a text that is the same in \
            quotes, as COPY writes them. In json null is null.
            """,
        examples: ["null NULL", "null ''", "null --default"])

    /// What stands for NULL in a table, if nothing else is chosen.
    static let standardText = "∅"

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        if let text = arguments[Self.text] {
            if arguments[Self.standard] { throw arguments.problem("null takes TEXT or --default, not both", at: text) }
            guard !text.text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
                throw arguments.problem("in csv , \" and line breaks would be told as something else", at: text)
            }
            return Outcome(effects: [.setting(.nullText(text.text))])
        }
        if arguments[Self.standard] { return Outcome(effects: [.setting(.nullText(nil))]) }
        return Outcome(text: [context.settings.nullText ?? Self.standardText])
    }

    private static func problem(_ text: String) -> (message: String, help: String?)? {
        let isLine = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        return isLine ? nil : ("what stands for NULL is one line, without control characters", nil)
    }
}
