import ClusterAccess
import CommandLanguage
import MultiNode

/// A command that does one thing to one job.
protocol JobCommand: ChangingCommand {
    static var done: String { get }
    static var id: Operand<Int> { get }
    static var isDestructive: Bool { get }
    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan
}

extension JobCommand {
    static var isDestructive: Bool { false }

    static func describe(
        _ verb: String, _ summary: String, _ id: Operand<Int>, asks: CommandSyntax.Asking = .never
    ) -> CommandSyntax {
        CommandSyntax(
            "job \(verb)", group: .jobs, summary,
            operands: [id],
            changes: true,
            asks: asks, examples: ["job \(verb) 1001"])
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let job = try await context.job(arguments[Self.id], of: arguments)
        return Proposal(
            [.init(Self.plan(job.id, capabilities), done: "job \(job.id) \(Self.done)")],
            confirm: Self.isDestructive ? [String(job.id)] : [])
    }
}
