import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Platform
import Rendering

struct MigrateCopyCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    private static let parallel = Option<Int>("--parallel", "N", 1...64, default: 4, "How many chunks at once")
    private static let verify = Option<Verification?>(
        "--verify", "HOW", of: Verification.self,
        "How a copy is proved: rows, which is usual, compares all values, counts the numbers of rows, none nothing")

    enum Verification: String, CaseIterable, Sendable {
        case rows, counts, none

        var proof: ClusterMigrationSite.Proof {
            switch self {
            case .rows: .rows
            case .counts: .counts
            case .none: .none
            }
        }
    }

    static let syntax = CommandSyntax(
        "migrate copy", group: .migration, "Copy the chunks that are new or have changed",
        operands: [tables],
        options: [parallel, verify, MovingOptions.maxRate, MovingOptions.until, CommonOptions.progress], changes: true,
        preview: .steps(withSQL: false),
        details: """
            Each chunk goes straight from a data node to the target, in one transaction there: its rows, the comparison \
            of both sides row for row, and what is recorded of it. So a chunk that is there is one that was compared, and \
            whatever is killed leaves no half of one. With --verify counts or none chunks are there sooner, and \
            'migrate plan', status and cutover tell of how many the rows were not compared, until 'migrate verify' has \
            compared them, without which 'migrate finish' drops nothing. Each row goes over once, whatever the replication factor: from \
            the copy that the access node reads, as others may differ where rows were updated or deleted; where that node \
            does not answer, from another one that has the chunk. Compressed chunks go over as they are. Those \
            who read and write go on meanwhile. Run again, it copies what was written since, chunk by chunk, drops what \
            the source has dropped, and tries again what failed. What was written since the numbers of transactions tell; of a \
            data node that was started anew, or replaced, the rows are read and summed up once, and copied where they are others. \
            What the access node has not any more is dropped only where that is not an older state of it, as of a backup; else it \
            is kept, and told. In what \
            --dry-run shows, 'ms' is about how long a chunk would take by itself, by how fast a part of the largest is read. The status is 4 where something could not be copied.
            """,
        examples: ["migrate copy", "migrate copy metrics --parallel 2 --max-rate 50MB", "migrate copy --until 06:00"])

    static let columns = MigrationCopyReport.columns
    static let previewColumns = MigrationCopyReport.previewColumns
    static let stepColumns = MigrationCopyReport.columns

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "each chunk is a transaction of its own"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        return try await context.resumably(arguments) { try await copy(context) }
    }

    private func copy(_ context: CommandContext) async throws -> Outcome {
        let choice = try await BegunMigrations(context)
        let migrations = try choice.chosen(arguments[Self.tables], of: arguments).filter { $0.state == .copying }
        guard !migrations.isEmpty else { return Outcome(text: ["nothing to copy: the cut-over is done"]) }
        MovingOptions.tellEnd(arguments, context)
        let started = ContinuousClock.now
        // What is to be copied is recorded on the target.
        if !context.settings.dryRun { context.noteBeginning() }
        let work = try await context.cluster.migrationWork(
            migrations, on: choice.target, proof: (arguments[Self.verify] ?? .rows).proof,
            isPreview: context.settings.dryRun)
        let report = MigrationCopyReport(work)
        do {
            if context.settings.dryRun {
                let pace = try await context.cluster.migrationPace(of: work.samples)
                await work.end()
                await choice.target.close()
                return report.preview(pace, until: MovingOptions.end(arguments, context))
            }
            let operations = work.operations(
                parallel: arguments[Self.parallel],
                rate: arguments[MovingOptions.maxRate].flatMap { ByteCount.bytes($0.text) })
            let done = Lock<[StepRecord<ChunkMigrationStep>]>([])
            var last = report.outcome([], rest: arguments.repeated, took: .zero)
            for operation in operations {
                var stepwise = StepwiseWork(operation)
                stepwise.isInBytes = true
                stepwise.until = MovingOptions.end(arguments, context)
                last = try await stepwise.carryOut(for: Self.syntax.name, context, report.telling) { records in
                    let all = done.withLock { done in
                        done += records
                        return done
                    }
                    return report.outcome(all, rest: arguments.repeated, took: started.duration(to: .now))
                }
            }
            last.notes += try await choice.target.toldKeptRows(of: migrations)
            await work.end()
            await choice.target.close()
            return last
        } catch {
            await work.end()
            throw error
        }
    }
}
