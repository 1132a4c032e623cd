import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct ReconnectCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "reconnect", group: .session, "Close the connection to the access node and open it again",
        details: "Settings of the session (SET) are gone then; variables stay.", examples: ["reconnect"])

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "reconnect closes the connection that a transaction is on"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        try await session.connect(to: session.target)
        return Outcome(text: [try await session.connectionSummary()])
    }
}
