import ClusterAccess
import CommandLanguage
import MultiNode

struct HealUnscheduleCommand: ChangingCommand {
    static let syntax = CommandSyntax("heal unschedule", group: .healing, "Remove the job that heals", changes: true)

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        guard let job = try await context.cluster.healingJob() else {
            return Proposal([], unchanged: ["there is no healing job"])
        }
        return Proposal([.init(HealingJob.unschedule(job.id, capabilities), done: "healing is no longer scheduled")])
    }
}
