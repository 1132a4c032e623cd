import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

/// What a command that moves chunks is going to do, and what it has done.
struct MovingReport {
    private let plan: MovingPlan
    private let preflight: MovingPreflight
    /// What is to be known of the run.
    var notes: [String] = []

    /// - Parameter plan: without the moves that the preflight has found to be blocked.
    init(_ plan: MovingPlan, _ preflight: MovingPreflight) {
        self.plan = plan
        self.preflight = preflight
    }

    static let columns: [Table.Column] =
        previewColumns + [.state("state"), .integer("rows"), .number("ms"), .number("held_ms"), "message"]

    /// The number of the column that names the node a chunk is taken from.
    static let from = 3

    /// Those of `--dry-run`.
    static let previewColumns: [Table.Column] = ["action", "hypertable", "chunk", "from", "to", .integer("bytes")]

    private static func leading(_ step: ChunkMoveStep) -> [Value] {
        [
            .text(step.move.kind.rawValue), .text(step.chunk.table.shownName), .text(step.name),
            .text(step.move.source), step.move.destination.map { .text($0) } ?? .null, .integer(step.move.bytes),
        ]
    }

    // MARK: Before

    /// What `--dry-run` shows.
    func preview(_ steps: [ChunkMoveStep], _ context: CommandContext) -> Outcome {
        var outcome = Outcome(
            table: Table(columns: Self.previewColumns, count: steps.count) { Self.leading(steps[$0]) })
        outcome.showLines(isStuck: stuckCount > 0)
        outcome.notes = remarks + afterwards(isDone: steps.isEmpty && stuckCount == 0)
        let estimate = Self.estimate(steps)
        outcome.facts = [estimate.member]
        if !steps.isEmpty { outcome.notes.append(Self.summary(estimate)) }
        if context.settings.showSQL {
            let statements = plan.before.sent + steps.flatMap(\.plan.sent)
            outcome.notes += statements.map { context.output.hiding($0) }
        }
        outcome.failures = stuckFailures
        if stuckCount > 0 { outcome.status = steps.isEmpty ? .failed : .partial }
        return outcome
    }

    private static func estimate(_ steps: [ChunkMoveStep]) -> WorkEstimate {
        let copied = steps.map(\.move).filter { $0.kind != .drop }
        return WorkEstimate(
            chunks: steps.count, bytes: copied.reduce(0) { $0 + $1.bytes },
            time: copied.reduce(Duration.zero) { $0 + CopyEstimate.time($1.bytes) })
    }

    private static func summary(_ estimate: WorkEstimate) -> String {
        let time = estimate.time.map { ", about \(roughTime($0)) one by one" } ?? ""
        let copied = estimate.bytes > 0 ? "; \(ByteCount.text(estimate.bytes)) to copy\(time)" : ""
        return
            "\(estimate.chunks.counted("chunk"))\(copied); writers wait for one chunk for about the time of comparing it"
    }

    private var remarks: [String] {
        plan.unchanged.map { "unchanged: \($0)" } + plan.notes + keyless
            + preflight.obstacles.filter { !$0.isBlocking }.map { obstacle in
                "\(obstacle.place): \(obstacle.text)" + (obstacle.remedy.isEmpty ? "" : "; help: \(obstacle.remedy)")
            }
    }

    private var keyless: [String] {
        guard !preflight.keyless.isEmpty else { return [] }
        let names = preflight.keyless.map(\.shownName)
        return [
            "UPDATE and DELETE of rows of a chunk fail (55000) while it is copied, for \(names.listed) "
                + "\(names.count == 1 ? "has" : "have") no primary key; INSERT and COPY go on"
        ]
    }

    private func afterwards(isDone: Bool) -> [String] {
        plan.afterwards.map { isDone ? $0.advice : "once \($0.when), \($0.advice)" }
    }

    private var stuckCount: Int { plan.stuck.count + preflight.blockedChunks.count }

    /// The names of the chunks that the same command moves when what stands in the way is gone.
    private var waiting: [String] {
        let stuck = plan.stuck.filter(\.mayGoOn).map(\.chunk.name.shownName)
        return stuck + plan.chunks.filter { preflight.blockedChunks.contains($0.id) }.map(\.name.shownName)
    }

    private var stuckFailures: [Failure] {
        plan.stuck.map { Failure("\($0.chunk.name.shownName): \($0.reason)", remedy: $0.remedy) }
            + preflight.obstacles.filter(\.isBlocking).map { obstacle in
                Failure(
                    "\(obstacle.place): \(obstacle.text)", remedy: obstacle.remedy.isEmpty ? nil : obstacle.remedy)
            }
    }

    // MARK: Behind

    /// - Parameter rest: the command that does the rest, for the names of chunks.
    func outcome(_ records: [StepRecord<ChunkMoveStep>], rest: ([String]) -> String) -> Outcome {
        var outcome = Outcome(
            table: Table(columns: Self.columns, count: records.count) { index in
                Self.row(records[index])
            })
        outcome.showLines(isStuck: stuckCount > 0)
        outcome.failures = stuckFailures + records.failures()
        let isDone = stuckCount == 0 && records.allSatisfy(\.outcome.isComplete)
        outcome.notes = remarks + afterwards(isDone: isDone) + notes
        outcome.changed =
            !plan.before.isEmpty || records.contains { if case .done = $0.outcome { true } else { false } }
        if !isDone {
            let done = records.count { $0.outcome.isComplete }
            outcome.status = done == 0 ? .failed : .partial
            outcome.complaint = "\(done) of \((records.count + stuckCount).counted("chunk")) done"
        }
        let left = records.left() + waiting
        if !left.isEmpty { outcome.rest = plan.rest ?? rest(left) }
        return outcome
    }

    /// What programs are told of a step when it has ended.
    static let telling = StepTelling<ChunkMoveStep>(columns: columns) { [Self.row($0)] }

    private static func row(_ record: StepRecord<ChunkMoveStep>) -> [Value] {
        leading(record.step) + trailing(record)
    }

    private static func trailing(_ record: StepRecord<ChunkMoveStep>) -> [Value] {
        let result: ChunkMoveResult? = if case .done(let result) = record.outcome { result } else { nil }
        return [
            .text(state(record.outcome)), result?.rows.map { .integer(Int64($0)) } ?? .null,
            .number(JSON.rounded(record.milliseconds)),
            result?.held.map { .number(JSON.rounded($0.milliseconds)) } ?? .null,
            record.outcome.error.map { .text($0.summary) } ?? .null,
        ]
    }

    private static func state(_ outcome: StepOutcome<ChunkMoveResult>) -> String {
        switch outcome {
        case .done(let result): result.state.rawValue
        case .unneeded: "unneeded"
        case .failed: "failed"
        case .unknown: "unknown"
        case .passedOver, .notBegun: "not_begun"
        }
    }
}
