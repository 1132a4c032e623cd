import CommandLanguage
import MultiNode
import Rendering

struct HealScheduleCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax(
        "heal schedule", group: .healing, "Let a job in this database heal all nodes again and again",
        options: [OptionSyntax("--every", "TIME", .duration, "How often (5m)")], changes: true,
        details: """
            The job asks each node first whether it answers, goes past those that do not, and takes nodes that are added \
            later along. A node with a malformed transaction ends a run; the nodes are taken in another order each time, \
            so that the others get their turn. Given again, it changes how often the job runs.
            """,
        examples: ["heal schedule --every 10m"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let every = arguments.duration("--every") ?? .seconds(300)
        let interval = "\(every.components.seconds) seconds"
        let existing = try await session.healingJob()
        let plan = HealingJob.schedule(every: interval, existing: existing?.id, capabilities)
        return Proposal([.init(plan, done: "healing is scheduled every \(interval)")])
    }
}
