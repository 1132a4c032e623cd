import CommandLanguage
import Rendering

struct FormatCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "format", "Choose how answers are shown, or tell how they are",
        operands: [OperandSyntax("FORMAT", .choice(OutputFormat.names), .optional)],
        needsConnection: false,
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

struct QuitCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "quit", "End, with the status so far or the one given",
        operands: [OperandSyntax("STATUS", .integer(0...255), .optional)], needsConnection: false,
        examples: ["quit 3"])

    let status: Int32?

    init(_ arguments: Arguments) {
        status = arguments.operand("STATUS").flatMap { Int32($0.text) }
    }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "quit can't be in a transaction: it would end in the midst"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        session.requestedExit = (status, true)
        return .nothing
    }
}
