import CommandLanguage

struct HelpCommand: Command {
    static let syntax = CommandSyntax(
        "help", group: .help, "Explain a command or a topic, or list all of them",
        operands: [OperandSyntax("COMMAND|TOPIC", .command, .zeroOrMore)],
        options: [OptionSyntax("--man", "Print all of it as a manual page, for man(1)")],
        details: """
            The first word or words of commands list those that begin so. --help behind any command shows its page, \
            and nothing of the command is run.
            """,
        examples: ["help node add", "help node", "help scripts", "help --man"])

    let words: [Argument]
    let arguments: Arguments

    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        words = arguments.operands("COMMAND|TOPIC")
        if arguments.has("--man"), let word = words.first {
            throw arguments.problem("--man is about everything", at: word)
        }
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        if arguments.has("--man") { return Outcome(text: [ManualPage.text]) }
        let name = words.flatMap { $0.text.split(whereSeparator: \.isWhitespace) }.joined(separator: " ")
        guard let text = HelpPage(name)?.text else {
            throw Failure(
                arguments.problem(
                    "there is no command and no topic \(name)", at: words.first,
                    help: HelpPage.nearest(to: name).map { "did you mean help \($0)?" }
                        ?? "'help' lists them; 'apropos \(name)' searches them"))
        }
        return Outcome(text: [text])
    }
}
