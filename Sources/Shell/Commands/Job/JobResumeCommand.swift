import CommandLanguage
import MultiNode

struct JobResumeCommand: JobCommand {
    static let id = Operand<Int>("ID", JobSelection.ids, offering: .pausedJobs)
    static let syntax = describe("resume", "Let a paused job run again", id)
    static let done = "resumed"
    static let hasItRun = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func isDone(_ job: Job) -> Bool { job.isScheduled }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(true, job, capabilities) }
}
