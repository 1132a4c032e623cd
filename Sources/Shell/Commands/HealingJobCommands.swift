import CommandLanguage
import MultiNode
import Rendering

struct HealScheduleCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax(
        "heal schedule", "Let a job in this database heal all nodes again and again",
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

struct HealUnscheduleCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax("heal unschedule", "Remove the job that heals", changes: true)

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

struct HealStatusCommand: UncheckedCommand {
    static let syntax = CommandSyntax("heal status", "Show the job that heals")

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let rows = try await session.healingJob().map { job -> [[Value]] in
            [
                [
                    .integer(Int64(job.id)), .text(job.schedule), .bool(job.isScheduled),
                    job.lastRun.map { .text($0) } ?? .null, job.lastStatus.map { .text($0) } ?? .null,
                    .integer(Int64(job.runs)), .integer(Int64(job.failures)),
                ]
            ]
        }
        let columns: [Table.Column] = [
            .init("job", .right), "schedule", "scheduled", "last_run", .state("last_status"), .init("runs", .right),
            .init("failures", .right),
        ]
        return Outcome(table: Table(columns: columns, rows: rows ?? []))
    }
}
