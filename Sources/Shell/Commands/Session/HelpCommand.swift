import CommandLanguage

struct HelpCommand: Command {
    private static let name = Operand<[Argument]>("COMMAND|TOPIC", .command, .zeroOrMore)
    private static let manual = Flag("--man", "Print all of it as a manual page, for man(1)")

    static let syntax = CommandSyntax(
        "help", group: .help, "Explain a command or a topic, or list all of them",
        operands: [name],
        options: [manual],
        details: """
            The first word or words of commands list those that begin so. --help behind any command shows its page, \
            and nothing of the command is run.
            """,
        examples: ["help node add", "help node", "help scripts", "help --man"])

    let words: [Argument]
    let arguments: Arguments

    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        words = arguments[Self.name]
        if arguments[Self.manual], let word = words.first {
            throw arguments.problem("--man is about everything", at: word)
        }
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        if arguments[Self.manual] { return Outcome(text: [ManualPage.text(context.commands)]) }
        let name = words.flatMap { $0.text.split(whereSeparator: \.isWhitespace) }.joined(separator: " ")
        guard let text = HelpPage(name, in: context.commands)?.text else {
            throw arguments.problem(
                "there is no command and no topic \(name)", at: words.first,
                help: HelpPage.nearest(to: name, in: context.commands).map { "did you mean help \($0)?" }
                    ?? "'help' lists them; 'apropos \(name)' searches them")
        }
        return Outcome(text: [text])
    }
}
