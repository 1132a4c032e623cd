import CommandLanguage
import Rendering

struct AproposCommand: Command {
    private static let word = Operand<[Argument]>("WORD", .text)

    static let syntax = CommandSyntax(
        "apropos", group: .help, "Search the help for words", operands: [word],
        details: """
            All commands and topics in whose help every word occurs, those first that it says most about. The status \
            is 1 when there is none.
            """,
        examples: ["apropos in doubt", "apropos password"])

    static let columns: [Table.Column] = [
        "name", "summary",
    ]

    let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let words = arguments[Self.word].flatMap {
            $0.text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        let findings = HelpSearch.findings(words, in: context.commands)
        guard !findings.isEmpty, !words.isEmpty else {
            throw arguments.problem(
                "nothing in the help mentions \(words.joined(separator: " and "))", help: "'help' lists all commands")
        }
        var outcome = Outcome(
            table: Table(
                columns: Self.columns, rows: findings.map { [.text($0.name), .text($0.summary)] }))
        let definitions = findings.map { HelpDefinition($0.name, $0.summary) }
        outcome.text = [TerminalText.text([.definitions(definitions)], columns: context.output.dataTerminal?.columns)]
        outcome.keepsLineEnds = true
        return outcome
    }
}
