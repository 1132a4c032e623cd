import CommandLanguage
import Rendering

struct EchoCommand: Command {
    private static let word = Operand<[Argument]>("WORD", .text, .zeroOrMore)

    static let syntax = CommandSyntax(
        "echo", group: .settings, "Print words", operands: [word],
        examples: ["echo adding ${count} nodes"])

    static let columns: [Table.Column] = [
        "text"
    ]

    let words: [Argument]

    init(_ arguments: Arguments) {
        words = arguments[Self.word]
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        let text = words.map { $0.isSecret ? "********" : $0.text }.joined(separator: " ")
        var outcome = Outcome(table: Table(columns: Self.columns, rows: [[.text(text)]]))
        outcome.text = [text]
        outcome.keepsLineEnds = true
        return outcome
    }
}
