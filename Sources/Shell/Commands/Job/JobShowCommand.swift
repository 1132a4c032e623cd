import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct JobShowCommand: Command {
    private static let id = Operand<Int>("ID", JobSelection.ids, offering: .jobs)

    static let syntax = CommandSyntax(
        "job show", group: .jobs, "Show one job",
        operands: [id],
        examples: ["job show 1001"])

    static let columns: [Table.Column] = [
        "property", .any("value"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let job = try await context.job(arguments[Self.id], of: arguments)
        func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
        let rows: [[Value]] = [
            [.text("job"), .integer(Int64(job.id))], [.text("name"), .text(job.name)],
            [.text("procedure"), .text(job.procedure.shownName)], [.text("owner"), .text(job.owner)],
            [.text("schedule"), .text(job.schedule)], [.text("scheduled"), .bool(job.isScheduled)],
            [.text("next start"), text(job.nextStart)], [.text("last run"), text(job.lastRun)],
            [.text("last status"), text(job.lastStatus)],
            [.text("last error"), text(job.lastError?.shown)], [.text("runs"), .integer(Int64(job.runs))],
            [.text("failures"), .integer(Int64(job.failures))], [.text("configuration"), text(job.configuration)],
        ]
        return Outcome(table: Table(columns: Self.columns, rows: rows))
    }
}
