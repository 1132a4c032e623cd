import CommandLanguage

struct QuitCommand: Command {
    private static let number = Operand<Int?>("STATUS", 0...255)

    static let syntax = CommandSyntax(
        "quit", aliases: ["exit", #"\q"#, ":q"], group: .session, "End, with the status so far or the one given",
        operands: [number],
        details: #"exit, \q and :q are the same."#,
        examples: ["quit 3"])

    let status: Int32?

    init(_ arguments: Arguments) {
        status = arguments[Self.number].map { Int32($0) }
    }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "quit can't be in a transaction: it would leave it half done"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        Outcome(effects: [.end(status: status)])
    }
}
