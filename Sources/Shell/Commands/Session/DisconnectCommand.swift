import CommandLanguage

struct DisconnectCommand: Command {
    static let syntax = CommandSyntax("disconnect", group: .session, "Close the connection to the access node")

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "disconnect closes the connection that a transaction is on"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        var outcome = Outcome(text: ["disconnected"])
        outcome.effects = [.disconnect]
        return outcome
    }
}
