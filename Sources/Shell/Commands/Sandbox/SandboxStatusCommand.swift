import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

struct SandboxStatusCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox status", group: .sandbox, "Show the servers of the sandbox",
        options: [OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox")],
        examples: ["sandbox status"])

    let name: String?

    init(_ arguments: Arguments) {
        name = arguments.value("--name")?.text
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        try SandboxListing.outcome(try SandboxListing.find(name, in: session))
    }
}
