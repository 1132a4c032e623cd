import CommandLanguage
import Rendering

struct SetCommand: Command {
    private static let variable = Operand<Argument?>("NAME", .variable)
    private static let secret = Flag("--secret", "Hide the value wherever it would be shown")
    private static let newValue = Operand<Argument?>("VALUE", .text, secretWith: secret)

    static let syntax = CommandSyntax(
        "set", group: .settings, "Set a variable, or show all of them",
        operands: [variable, newValue], options: [secret],
        constraints: [
            .allOperands(message: "set needs VALUE", help: "usage: set [NAME] [VALUE] [--secret]; '' is an empty value")
        ],
        details: """
            ${name} stands for the value in the words of a command; in SQL it is :'name' (a literal) or :"name" (an \
            identifier). ${name:-default} serves where it is not set, ${env:NAME} reads the environment.
            """,
        examples: ["set host 10.0.0.11", "node add dn1 --host ${host}", "set --secret token ${env:TOKEN}"])

    static let columns: [Table.Column] = [
        "variable", "value",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        if let name = arguments[Self.variable]?.text, let value = arguments[Self.newValue] {
            let value = Variables.Value(value.text, isSecret: arguments[Self.secret] || value.isSecret)
            return Outcome(effects: [.variable(name, value)])
        }
        let rows = context.variables.names.map { name -> [Value] in
            let value = context.variables[name]
            // Another one may hold a secret as a part.
            return [
                .text(name), .text(value?.isSecret == true ? "********" : context.output.hiding(value?.text ?? "")),
            ]
        }
        return Outcome(table: Table(columns: Self.columns, rows: rows))
    }
}
