import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Postgres
import Sandbox

struct HealScheduleCommand: ChangingCommand {
    private static let every = Option<Duration>(
        "--every", "TIME", default: .seconds(300), atLeast: .seconds(1), "How often")
    private static let form = Option<HealingTimer.Form?>(
        "--print", "FORM", of: HealingTimer.Form.self,
        "Make no job, and print what heals from outside the database instead: a crontab line, or systemd units")

    static let syntax = CommandSyntax(
        "heal schedule", group: .healing, "Let a job in this database heal all nodes again and again",
        options: [every, form], changes: true,
        details: """
            The job asks each node first whether it answers, goes past those that do not, and takes nodes that are added \
            later along. A node with a malformed transaction ends a run; the nodes are taken in another order each time, \
            so that the others get their turn. Given again, it changes how often the job runs. Where the server records \
            each job as failed and runs it ever more seldom, as PostgreSQL 15.20 does, --print has what runs 'heal all' \
            from another machine.
            """,
        examples: ["heal schedule --every 10m", "heal schedule --every 5m --print cron"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        guard let form = arguments[Self.form] else { return try await carryOut(context) }
        _ = try await context.cluster.capabilities()
        let connection = try await context.cluster.link().info
        let timer = HealingTimer(
            Caretaker.thisProgram, for: Environment[nonEmpty: "USER"], every: arguments[Self.every], to: connection,
            files: LoginFile.all(of: connection, home: Environment[nonEmpty: "HOME"]))
        guard let lines = timer.lines(form) else {
            throw arguments.problem(
                "\(form.rawValue) can't run it every \(arguments[Self.every].written)",
                help: "whole minutes that an hour has a multiple of, such as 5m, or hours that a day has, such as 6h")
        }
        return Outcome(laidOut: lines)
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let interval = arguments[Self.every].inWords
        let existing = try await context.cluster.healingJob()
        if let job = existing?.id {
            let isSo = HealingJob.isScheduled(every: interval, job, capabilities)
            if try await context.cluster.send(isSo).value == "t" {
                return Proposal([], unchanged: ["healing is scheduled every \(interval)"])
            }
        }
        let plan = HealingJob.schedule(every: interval, existing: existing?.id, capabilities)
        return Proposal([.init(plan, done: "healing is scheduled every \(interval)")])
    }
}
