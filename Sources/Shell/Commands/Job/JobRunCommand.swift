import CommandLanguage
import MultiNode

struct JobRunCommand: JobCommand {
    static let id = Operand<Int>("ID", JobSelection.ids, offering: .jobs)
    static let syntax = describe("run", "Run a job now, and wait for its end", id)
    static let done = "has run"
    static let hasItRun = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "a job can't run in a transaction: it may commit"
    }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.run(job, capabilities) }
}
