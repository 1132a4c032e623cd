import ClusterAccess
import CommandLanguage
import MultiNode

struct JobDeleteCommand: JobCommand {
    static let id = Operand<Int>("ID", JobSelection.ids, offering: .jobs)
    private static let ifExists = Flag("--if-exists", "Let a job that is not there be")
    static let syntax = describe("delete", "Remove a job", id, options: [ifExists], asks: .always)
    static let isDestructive = true
    static let done = "deleted"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let id = arguments[Self.id]
        guard arguments[Self.ifExists] else {
            return try await proposal(try await context.job(id, of: arguments), context)
        }
        guard let job = try await context.cluster.jobs().first(where: { $0.id == id }) else {
            return Proposal([], unchanged: ["there is no job \(id)"])
        }
        return try await proposal(job, context)
    }

    static func plan(_ job: Int, _ capabilities: Capabilities) -> Plan { Jobs.delete(job, capabilities) }
}
