import CommandLanguage
import Rendering

struct EchoCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "echo", group: .settings, "Print words", operands: [OperandSyntax("WORD", .text, .zeroOrMore)],
        examples: ["echo adding ${count} nodes"])

    let words: [Argument]

    init(_ arguments: Arguments) {
        words = arguments.operands("WORD")
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let text = words.map { $0.isSecret ? "********" : $0.text }.joined(separator: " ")
        var outcome = Outcome(table: Table(columns: ["text"], rows: [[.text(text)]]))
        outcome.text = [text]
        return outcome
    }
}
