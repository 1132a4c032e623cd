import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct HealStatusCommand: Command {
    static let syntax = CommandSyntax("heal status", group: .healing, "Show the job that heals")

    static let columns: [Table.Column] = [
        .integer("job"), "schedule", .boolean("scheduled"), "last_run", .state("last_status"), .integer("runs"),
        .integer("failures"), "last_error",
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let rows = try await context.cluster.healingJob().map { job -> [[Value]] in
            [
                [
                    .integer(Int64(job.id)), .text(job.schedule), .bool(job.isScheduled),
                    job.lastRun.map { .text($0) } ?? .null, job.lastStatus.map { .text($0) } ?? .null,
                    .integer(Int64(job.runs)), .integer(Int64(job.failures)),
                    job.lastError.map { .text($0.message) } ?? .null,
                ]
            ]
        }
        return Outcome(table: Table(columns: Self.columns, rows: rows ?? []))
    }
}
