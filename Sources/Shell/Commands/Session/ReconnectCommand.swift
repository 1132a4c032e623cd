import CommandLanguage

struct ReconnectCommand: Command {
    static let syntax = CommandSyntax(
        "reconnect", group: .session, "Close the connection to the access node and open it again",
        details: "Settings of the session (SET) are gone then; variables stay.", examples: ["reconnect"])

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "reconnect closes the connection that a transaction is on"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        var outcome = Outcome.nothing
        outcome.effects = [.connect(context.target, isTold: true)]
        return outcome
    }
}
