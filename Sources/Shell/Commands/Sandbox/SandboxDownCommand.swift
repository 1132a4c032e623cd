import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

struct SandboxDownCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox down", group: .sandbox, "Stop the servers of the sandbox",
        options: [
            OptionSyntax("--purge", "Remove their data too"),
            OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox"),
        ], asks: .withOption("--purge"),
        details: "Their data stays, and 'sandbox up' starts them again, unless --purge.",
        examples: ["sandbox down", "sandbox down --name lab --purge"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let purge = arguments.has("--purge")
        if session.settings.dryRun {
            return Outcome(text: ["-- would be \(purge ? "stopped and removed" : "stopped"): \(sandbox.directory)"])
        }
        if purge { try await session.confirm([sandbox.name], for: arguments) }
        if session.target.sandbox?.name == sandbox.name { await session.disconnect() }
        do throws(SandboxError) {
            try await sandbox.down(purge: purge)
        } catch {
            throw Failure(error)
        }
        var outcome = Outcome(text: ["sandbox \(sandbox.name) is \(purge ? "gone" : "down")"])
        outcome.changed = true
        return outcome
    }
}
