import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct DisconnectCommand: UncheckedCommand {
    static let syntax = CommandSyntax("disconnect", group: .session, "Close the connection to the access node")

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "disconnect closes the connection that a transaction is on"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        await session.disconnect()
        return Outcome(text: ["disconnected"])
    }
}
