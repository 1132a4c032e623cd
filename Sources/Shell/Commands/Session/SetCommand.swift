import CommandLanguage
import Rendering

struct SetCommand: Command {
    static let syntax = CommandSyntax(
        "set", group: .settings, "Set a variable, or show all of them",
        operands: [
            OperandSyntax("NAME", .variable, .optional),
            OperandSyntax("VALUE", .text, .optional, secretWith: "--secret"),
        ],
        options: [OptionSyntax("--secret", "Hide the value wherever it would be shown")],
        details: """
            ${name} stands for the value in the words of a command; in SQL it is :'name' (a literal) or :"name" (an \
            identifier). ${name:-default} serves where it is not set, ${env:NAME} reads the environment.
            """,
        examples: ["set host 10.0.0.11", "node add dn1 --host ${host}", "set --secret token ${env:TOKEN}"])

    let name: String?
    let value: Argument?
    let isSecret: Bool

    init(_ arguments: Arguments) throws(Diagnostic) {
        name = arguments.operand("NAME")?.text
        value = arguments.operand("VALUE")
        isSecret = arguments.has("--secret")
        if name != nil, value == nil {
            throw arguments.problem("set needs VALUE", help: "usage: \(Self.syntax.usage); '' is an empty value")
        }
    }

    static func mayRefuse(_ outline: CommandOutline) -> Bool { outline.operandCount == 1 }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        if let name, let value {
            session.variables[name] = Variables.Value(value.text, isSecret: isSecret || value.isSecret)
            session.hideSecrets()
            return .nothing
        }
        let rows = session.variables.names.map { name -> [Value] in
            let value = session.variables[name]
            return [.text(name), .text(value?.isSecret == true ? "********" : value?.text ?? "")]
        }
        return Outcome(table: Table(columns: ["variable", "value"], rows: rows))
    }
}
