import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct JobListCommand: Command {
    static let syntax = CommandSyntax(
        "job list", group: .jobs, "List TimescaleDB's background jobs in this database",
        details: "--format script prints the statements that make these jobs.", examples: ["job list"])

    static let columns: [Table.Column] = [
        .integer("job"), "name", "procedure", "schedule", .boolean("scheduled"), "next_start", .state("last_status"),
        .integer("runs"), .integer("failures"), "last_error",
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let rows = try await context.cluster.jobs().map { job -> [Value] in
            [
                .integer(Int64(job.id)), .text(job.name), .text(job.procedure.shownName), .text(job.schedule),
                .bool(job.isScheduled), job.nextStart.map { .text($0) } ?? .null,
                job.lastStatus.map { .text($0) } ?? .null, .integer(Int64(job.runs)), .integer(Int64(job.failures)),
                job.lastError.map { .text($0.message) } ?? .null,
            ]
        }
        var outcome = Outcome(table: Table(columns: Self.columns, rows: rows))
        if context.settings.format == .script {
            let capabilities = try await context.cluster.capabilities()
            let jobs = try await context.cluster.send(JobDefinition.list).records
            outcome.script = JobScript(jobs.map { JobDefinition(row: $0) }).lines(capabilities)
        }
        return outcome
    }
}
