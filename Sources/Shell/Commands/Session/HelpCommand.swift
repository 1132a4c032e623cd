import CommandLanguage

struct HelpCommand: Command {
    private static let name = Operand<[Argument]>("COMMAND|TOPIC", .command, .zeroOrMore)
    private static let manual = Flag("--man", "Print all of it as a manual page, for man(1)")
    private static let jsonSchema = Flag("--json-schema", "Print what commands answer in JSON, as a JSON Schema")

    static let syntax = CommandSyntax(
        "help", group: .help, "Explain a command or a topic, or list all of them",
        operands: [name],
        options: [manual, jsonSchema],
        constraints: [
            .alone(manual, message: "--man is about everything"),
            .alone(jsonSchema, message: "--json-schema is about everything"),
        ],
        details: """
            The first word or words of commands list those that begin so. --help behind any command shows its page, \
            and nothing of the command is run.
            """,
        examples: ["help node add", "help node", "help scripts", "help --man", "help --json-schema"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        if arguments[Self.manual] { return Outcome(laidOut: ManualPage.text(context.commands)) }
        if arguments[Self.jsonSchema] { return Outcome(laidOut: AnswerSchema.text(Catalogue.types)) }
        let words = arguments[Self.name]
        let name = words.flatMap { $0.text.split(whereSeparator: \.isWhitespace) }.joined(separator: " ")
        guard let text = HelpPage(name, in: context.commands)?.text(columns: context.output.dataTerminal?.columns)
        else {
            throw unknown(name, words, context.commands)
        }
        return Outcome(laidOut: text)
    }

    private func unknown(_ name: String, _ words: [Argument], _ table: CommandTable) -> Diagnostic {
        let parts = name.split(separator: " ")
        let (depth, next) = HelpPage.group(of: parts, in: table)
        let help: String
        if depth > 0, !next.isEmpty {
            let group = parts[..<depth].joined(separator: " ")
            help =
                Suggestion.nearest(to: String(parts[depth]), among: next).map { "did you mean help \(group) \($0)?" }
                ?? "\(group) knows: \(next.joined(separator: ", "))"
        } else {
            help =
                HelpPage.nearest(to: name, in: table).map { "did you mean help \($0)?" }
                ?? "'help' lists them; 'apropos \(name)' searches them"
        }
        return arguments.problem(
            "there is no command and no topic \(name)", at: words.indices.contains(depth) ? words[depth] : words.first,
            help: help)
    }
}
