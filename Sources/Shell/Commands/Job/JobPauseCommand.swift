import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct JobPauseCommand: JobCommand {
    static let syntax = describe("pause", "Let a job not run until it is resumed", of: .scheduledJobs)
    static let done = "paused"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(false, job, capabilities) }
}
