import ClusterAccess
import CommandLanguage
import MultiNode

/// What the commands for one job share.
enum JobSelection {
    static let ids = 1...Int(Int32.max)
}

extension CommandContext {
    /// The job that a command's operand names.
    func job(_ id: Int, of arguments: Arguments) async throws -> Job {
        if let job = try await cluster.jobs().first(where: { $0.id == id }) { return job }
        let operand = arguments.invocation.syntax.operands.first.flatMap { arguments.values(of: $0).first }
        throw arguments.problem("there is no job \(id)", at: operand, help: "'job list' shows the jobs")
    }
}
