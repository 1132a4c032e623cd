import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// A command that does one thing to one job.
protocol JobCommand: ChangingCommand, UncheckedCommand {
    static var done: String { get }
    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan
}

extension JobCommand {
    static func describe(
        _ verb: String, _ summary: String, of jobs: Offering = .jobs, asks: CommandSyntax.Asking = .never
    ) -> CommandSyntax {
        CommandSyntax(
            "job \(verb)", group: .jobs, summary,
            operands: [OperandSyntax("ID", .integer(1...Int(Int32.max)), offering: jobs)],
            changes: true,
            asks: asks, examples: ["job \(verb) 1001"])
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let job = try await session.job(arguments)
        return Proposal(
            [.init(Self.plan(job.id, capabilities), done: "job \(job.id) \(Self.done)")],
            confirm: Self.syntax.asks == .always ? [String(job.id)] : [])
    }
}
