import CommandLanguage
import Rendering

struct FormatCommand: Command {
    private static let chosen = Operand<OutputFormat?>("FORMAT", of: OutputFormat.self)

    static let syntax = CommandSyntax(
        "format", group: .settings, "Choose how answers are shown, or tell how they are",
        operands: [chosen],
        details: """
            table is for people; where it is wider than the terminal each row becomes a block of lines, as \
            expanded makes it everywhere. json prints one object a line and command. csv is RFC 4180. script prints the commands \
            that would make what is listed.
            """, examples: ["format json"])

    let format: OutputFormat?

    init(_ arguments: Arguments) {
        format = arguments[Self.chosen]
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        guard let format else { return Outcome(text: [context.settings.format.rawValue]) }
        return Outcome(effects: [.setting(.format(format))])
    }
}
