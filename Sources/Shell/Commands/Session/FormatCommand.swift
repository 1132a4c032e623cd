import CommandLanguage
import Rendering

struct FormatCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "format", group: .settings, "Choose how answers are shown, or tell how they are",
        operands: [OperandSyntax("FORMAT", .choice(OutputFormat.names), .optional)],
        details: """
            table is for people; where it is wider than the terminal each row becomes a block of lines, as \
            expanded makes it everywhere. json prints one object a line and command. csv is RFC 4180. script prints the commands \
            that would make what is listed.
            """, examples: ["format json"])

    let format: OutputFormat?

    init(_ arguments: Arguments) {
        format = arguments.operand("FORMAT").flatMap { OutputFormat(rawValue: $0.text) }
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        guard let format else { return Outcome(text: [session.settings.format.rawValue]) }
        session.settings.format = format
        return .nothing
    }
}
