import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct JobResumeCommand: JobCommand {
    static let syntax = describe("resume", "Let a paused job run again", of: .pausedJobs)
    static let done = "resumed"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(true, job, capabilities) }
}
