import ClusterAccess
import CommandLanguage
import MultiNode
import Operations

/// A command that does one thing to one job.
protocol JobCommand: ChangingCommand {
    static var done: String { get }
    static var id: Operand<Int> { get }
    static var isDestructive: Bool { get }
    /// Whether the job runs then, at once or in its time.
    static var hasItRun: Bool { get }
    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan
    /// Whether the job is in the state already that the command brings about.
    static func isDone(_ job: Job) -> Bool
}

extension JobCommand {
    static var isDestructive: Bool { false }
    static var hasItRun: Bool { false }

    static func isDone(_ job: Job) -> Bool { false }

    static func describe(
        _ verb: String, _ summary: String, _ id: Operand<Int>, options: [any OptionKey] = [],
        asks: CommandSyntax.Asking = .never
    ) -> CommandSyntax {
        CommandSyntax(
            "job \(verb)", group: .jobs, summary,
            operands: [id], options: options,
            changes: true,
            asks: asks, examples: ["job \(verb) 1001"])
    }

    private static func state(of job: Job) -> String { job.isScheduled ? "scheduled" : "paused" }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        try await proposal(try await context.job(arguments[Self.id], of: arguments), context)
    }

    func proposal(_ job: Job, _ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        if Self.isDone(job) { return Proposal([], unchanged: ["job \(job.id) is \(Self.state(of: job))"]) }
        if Self.hasItRun { try await context.cluster.refuseRefreshing(by: job) }
        return Proposal(
            [.init(Self.plan(job.id, capabilities), done: "job \(job.id) \(Self.done)")],
            confirm: Self.isDestructive ? [String(job.id)] : [])
    }
}
