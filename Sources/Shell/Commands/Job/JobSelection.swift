import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Session {
    func jobs() async throws(Failure) -> [Job] {
        let (connection, capabilities) = try await cluster()
        return try await send(Job.list(capabilities), on: connection).records.map { Job(row: $0) }
    }

    /// The job that a command's operand names.
    func job(_ arguments: Arguments) async throws(Failure) -> Job {
        let operand = arguments.operand("ID")
        if let job = try await jobs().first(where: { String($0.id) == operand?.text }) { return job }
        throw Failure(
            arguments.problem("there is no job \(operand?.text ?? "")", at: operand, help: "'job list' shows the jobs"))
    }
}
