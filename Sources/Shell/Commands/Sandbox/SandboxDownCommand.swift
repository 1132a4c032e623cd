import ClusterAccess
import CommandLanguage
import Sandbox

struct SandboxDownCommand: ChangingCommand {
    private static let purge = Flag("--purge", "Remove their data too")

    static let syntax = CommandSyntax(
        "sandbox down", group: .sandbox, "Stop the servers of the sandbox",
        options: [purge, SandboxListing.name], changes: true, asks: .with(purge),
        details: "Their data stays, and 'sandbox up' starts them again, unless --purge.",
        examples: ["sandbox down", "sandbox down --name lab --purge"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sandbox = try SandboxListing.find(arguments, context)
        let purges = arguments[Self.purge]
        if !purges, !sandbox.isUp { return Proposal([], unchanged: ["sandbox \(sandbox.name) is down"]) }
        let isConnected = context.target.sandbox?.name == sandbox.name
        let item = Proposal.Item(
            .action("\(purges ? "stopped and removed" : "stopped"): \(sandbox.directory)") {
                try await sandbox.down(purge: purges)
                var outcome = Outcome(text: ["sandbox \(sandbox.name) is \(purges ? "gone" : "down")"], changed: true)
                if isConnected { outcome.effects = [.disconnect] }
                return outcome
            })
        return Proposal([item], concernsNodes: false, confirm: purges ? [sandbox.name] : [])
    }
}
