import CommandLanguage
import Rendering

struct QuitCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "quit", group: .session, "End, with the status so far or the one given",
        operands: [OperandSyntax("STATUS", .integer(0...255), .optional)],
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
