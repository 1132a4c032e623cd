import CommandLanguage
import MultiNode

struct JobPauseCommand: JobCommand {
    static let id = Operand<Int>("ID", JobSelection.ids, offering: .scheduledJobs)
    static let syntax = describe("pause", "Let a job not run until it is resumed", id)
    static let done = "paused"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func isDone(_ job: Job) -> Bool { !job.isScheduled }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.setScheduled(false, job, capabilities) }
}
