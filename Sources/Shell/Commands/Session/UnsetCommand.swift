import CommandLanguage
import Rendering

struct UnsetCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "unset", group: .settings, "Forget a variable", operands: [OperandSyntax("NAME", .variable)],
        examples: ["unset host"])

    let name: String

    init(_ arguments: Arguments) {
        name = arguments.operand("NAME")?.text ?? ""
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        session.variables[name] = nil
        return .nothing
    }
}
