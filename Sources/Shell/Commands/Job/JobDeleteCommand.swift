import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct JobDeleteCommand: JobCommand {
    static let syntax = describe("delete", "Remove a job", asks: .always)
    static let done = "deleted"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.delete(job, capabilities) }
}
