import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct HealStatusCommand: Command {
    static let syntax = CommandSyntax("heal status", group: .healing, "Show the job that heals")

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
        let columns: [Table.Column] = [
            .init("job", .right), "schedule", "scheduled", "last_run", .state("last_status"), .init("runs", .right),
            .init("failures", .right), "last_error",
        ]
        return Outcome(table: Table(columns: columns, rows: rows ?? []))
    }
}
