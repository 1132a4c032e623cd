import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Platform

struct HypertableRepairCommand: Command {
    static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    private static let keep = Option<Argument?>(
        "--keep", "NODE", .node, "Where copies differ, what this node has stays, whatever others have besides")

    static let syntax = CommandSyntax(
        "hypertable repair", group: .hypertables, "Make the copies of chunks that are missing, or not right",
        operands: [tables], options: [keep] + MovingOptions.all, changes: true,
        preview: .steps(withSQL: true),
        details: """
            All copies are read and compared, as by 'chunk verify'. Of copies that differ that of the node in --keep is \
            right, else the one that holds all rows of the others; the others are dropped, in the transaction in which \
            they are compared once more while nobody writes. The rows of a copy that has some which the right one lacks \
            are first put into a table beside the hypertable on its node, whose name is told. Where each lacks rows that \
            another has nothing is done without --keep. It is for --keep, too, where rows were deleted that a copy still \
            has: without it they are back. What is registered and not there is registered no more. Of copies with the same \
            rows, of which some are compressed and others not, those stay that are as the access node has the chunk; it \
            notes what they are where none is. Continuous aggregates take in the time of chunks whose copies had other rows \
            anew at their next refresh of it: what they have may be of the wrong copy. Then each chunk that has fewer \
            copies than it should have gets new ones, each compared before it counts. A chunk's last copy is never \
            dropped. Run again, it goes on. The status is 4 where something could not be mended.

            \(MovingOptions.placesOfRows)
            """,
        examples: ["hypertable repair", "hypertable repair metrics --dry-run", "hypertable repair metrics --keep dn1"])

    static let columns = MovingReport.columns
    static let previewColumns = MovingReport.previewColumns
    static let stepColumns = MovingReport.columns

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "TimescaleDB copies no chunk in a transaction"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        return try await context.resumablyRenewing(arguments) { try await repair(context) }
    }

    private func repair(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        // Without chunks there is nothing to repair.
        guard capabilities.canNameCopies || capabilities.isEmulated else { throw capabilities.cannotMove }
        try await context.requireReplication()
        MovingOptions.tellEnd(arguments, context)
        let tables = try ChunkSelection(arguments, among: try await cluster.chunkedTables())
            .tables(arguments[Self.tables])
        let begun = try await context.removeBegunCopies(
            of: tables, over: arguments[MovingOptions.parallel])
        let survey = try await cluster.placementSurvey(of: tables)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        let keep = try arguments[Self.keep].map { try NodeSelection(arguments, among: survey.nodes).node($0).name }
        let diagnosis = try await CopyDiagnosis(survey, keeping: keep, cluster)
        let site = try await ClusterMoving(
            cluster, among: survey.nodes, maxLock: arguments[MovingOptions.maxLock])
        let order = CopyMendOrder(
            nodes: Set(survey.nodes.map(\.name).filter(survey.isUsable)), keep: keep,
            maxLock: arguments[MovingOptions.maxLock])
        let steps = diagnosis.cases.map {
            CopyMendStep($0.chunk, wrong: $0.wrong, noting: $0.noting, order, capabilities, at: site)
        }
        let report = MendReport(diagnosis, notes: begun)
        if context.settings.dryRun {
            let dropped = Dictionary(diagnosis.cases.map { ($0.chunk.id, Set($0.wrong)) }) { first, _ in first }
            let copies = MissingCopies(arguments, without: dropped, except: diagnosis.undecided)
            let cases = diagnosis.cases.map(\.chunk.id)
            let read = cases.isEmpty ? [] : try await cluster.send(ReadCopy.list(of: cases)).records
            let nodes = read.compactMap { row in
                (row["id"] ?? nil).flatMap { Int($0) }.flatMap { id in (row["node"] ?? nil).map { (id, $0) } }
            }
            let rows = cases.isEmpty ? [] : try await cluster.send(AggregateTrigger.tables).records
            return report.preview(
                steps, try await copies.move(context), reading: Dictionary(nodes) { first, _ in first },
                withAggregates: Set(rows.map { TableWithAggregates(row: $0).table }), context)
        }
        let mended: (outcome: Outcome, left: Set<Int>)
        do {
            mended = try await mend(steps, survey, report, context)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
        // What was cancelled tells why itself; where only the time was over, the copies are told of, too.
        if mended.outcome.status == .interrupted || Task.isCancelled && !mended.left.isEmpty { return mended.outcome }
        let copies = MissingCopies(arguments, except: diagnosis.undecided.union(mended.left))
        do {
            return mended.outcome.followed(by: try await copies.move(context))
        } catch {
            // What was dropped is told all the same.
            var failure = Failure(thrown: error)
            failure.done = report.lines(mended.outcome) + failure.done
            failure.rest = arguments.repeated
            throw failure
        }
    }

    /// Drops the copies that are not right.
    ///
    /// - Returns: also the chunks that were not mended.
    private func mend(
        _ steps: [CopyMendStep], _ survey: PlacementSurvey, _ report: MendReport, _ context: CommandContext
    ) async throws -> (outcome: Outcome, left: Set<Int>) {
        guard !steps.isEmpty else { return (report.outcome([]), []) }
        let names = Set(steps.flatMap(\.chunk.nodes))
        try await context.cluster.prove(survey.nodes.filter { names.contains($0.name) }, areNeeded: true)
        var work = StepwiseWork(Operation(steps, parallel: 1))
        work.until = MovingOptions.end(arguments, context)
        let left = Lock<Set<Int>>([])
        let outcome = try await work.carryOut(for: Self.syntax.name, context, MendReport.telling) { records in
            let open = records.filter { !$0.outcome.isComplete }.map(\.step.chunk.id)
            left.withLock { $0.formUnion(open) }
            var outcome = report.outcome(records)
            if !records.left().isEmpty { outcome.rest = arguments.repeated }
            return outcome
        }
        return (outcome, left.withLock { $0 })
    }
}
