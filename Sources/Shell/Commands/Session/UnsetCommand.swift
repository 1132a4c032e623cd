import CommandLanguage

struct UnsetCommand: Command {
    private static let variable = Operand<Argument>("NAME", .variable)

    static let syntax = CommandSyntax(
        "unset", group: .settings, "Forget a variable", operands: [variable],
        examples: ["unset host"])

    let name: String

    init(_ arguments: Arguments) {
        name = arguments[Self.variable].text
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        Outcome(effects: [.variable(name, nil)])
    }
}
