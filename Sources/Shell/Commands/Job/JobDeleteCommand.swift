import CommandLanguage
import MultiNode

struct JobDeleteCommand: JobCommand {
    static let id = Operand<Int>("ID", JobSelection.ids, offering: .jobs)
    static let syntax = describe("delete", "Remove a job", id, asks: .always)
    static let isDestructive = true
    static let done = "deleted"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.delete(job, capabilities) }
}
