import ClusterAccess
import CommandLanguage
import MultiNode

struct HealScheduleCommand: ChangingCommand {
    private static let every = Option<Duration>(
        "--every", "TIME", default: .seconds(300), atLeast: .seconds(1), "How often")

    static let syntax = CommandSyntax(
        "heal schedule", group: .healing, "Let a job in this database heal all nodes again and again",
        options: [every], changes: true,
        details: """
            The job asks each node first whether it answers, goes past those that do not, and takes nodes that are added \
            later along. A node with a malformed transaction ends a run; the nodes are taken in another order each time, \
            so that the others get their turn. Given again, it changes how often the job runs.
            """,
        examples: ["heal schedule --every 10m"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let seconds = arguments[Self.every] / .seconds(1)
        let interval = "\(seconds.rounded() == seconds ? String(Int64(seconds)) : String(seconds)) seconds"
        let existing = try await context.cluster.healingJob()
        let plan = HealingJob.schedule(every: interval, existing: existing?.id, capabilities)
        return Proposal([.init(plan, done: "healing is scheduled every \(interval)")])
    }
}
