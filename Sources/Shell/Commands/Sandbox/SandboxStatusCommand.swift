import CommandLanguage
import Rendering

struct SandboxStatusCommand: Command {
    static let syntax = CommandSyntax(
        "sandbox status", group: .sandbox, "Show the servers of the sandbox",
        options: [SandboxListing.name],
        examples: ["sandbox status"])

    static let columns = SandboxListing.columns

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        SandboxListing.outcome(try SandboxListing.find(arguments, context))
    }
}
