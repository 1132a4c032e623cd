import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Session {
    /// The job that heals, when there is one.
    func healingJob() async throws(Failure) -> Job? {
        let procedure = HealingJob.procedure(try await cluster().capabilities)
        return try await jobs().first { $0.procedure == procedure }
    }
}
