import CommandLanguage
import MultiNode
import Rendering

struct HealUnscheduleCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax("heal unschedule", group: .healing, "Remove the job that heals", changes: true)

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        guard let job = try await session.healingJob() else {
            return Proposal([], unchanged: ["there is no healing job"])
        }
        return Proposal([.init(HealingJob.unschedule(job.id, capabilities), done: "healing is no longer scheduled")])
    }
}
