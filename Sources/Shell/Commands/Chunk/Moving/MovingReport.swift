import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

/// What a command that moves chunks is going to do, and what it has done.
struct MovingReport {
    private let plan: MovingPlan

    init(_ plan: MovingPlan) { self.plan = plan }

    private static let leading: [Table.Column] = [
        .init("action"), .init("hypertable"), .init("chunk"), .init("from"), .init("to"), .init("bytes", .right),
    ]

    private static func leading(_ step: ChunkMoveStep) -> [Value] {
        [
            .text(step.move.kind.rawValue), .text(step.chunk.table.shownName), .text(step.name),
            .text(step.move.source), step.move.destination.map { .text($0) } ?? .null, .integer(step.move.bytes),
        ]
    }

    // MARK: Before

    /// What `--dry-run` shows.
    func preview(_ steps: [ChunkMoveStep], _ context: CommandContext) -> Outcome {
        var outcome = Outcome(table: Table(columns: Self.leading, rows: steps.map { Self.leading($0) }))
        outcome.notes = plan.unchanged.map { "unchanged: \($0)" } + plan.notes
        if !steps.isEmpty || plan.before.isEmpty { outcome.notes.append(Self.summary(steps)) }
        if context.settings.showSQL {
            let statements = plan.before.sent + steps.flatMap(\.plan.sent)
            outcome.notes += statements.map { context.output.hiding($0) }
        }
        outcome.failures = stuckFailures
        if !plan.stuck.isEmpty { outcome.status = .partial }
        return outcome
    }

    private static func summary(_ steps: [ChunkMoveStep]) -> String {
        guard !steps.isEmpty else { return "nothing to do" }
        let bytes = steps.reduce(0) { $0 + ($1.move.kind == .drop ? 0 : $1.move.bytes) }
        let time = steps.reduce(Duration.zero) {
            $0 + ($1.move.kind == .drop ? .zero : CopyEstimate.time($1.move.bytes))
        }
        let copied = bytes > 0 ? "; \(ByteCount.text(bytes)) to copy, about \(roughTime(time)) one by one" : ""
        return "\(steps.count.counted("chunk"))\(copied); writers wait for one chunk for about the time of comparing it"
    }

    private var stuckFailures: [Failure] {
        plan.stuck.map { Failure("\($0.chunk.name.shownName): \($0.reason)", remedy: $0.remedy) }
    }

    // MARK: Behind

    /// - Parameter rest: the command that does the rest, for the names of chunks.
    func outcome(_ records: [StepRecord<ChunkMoveStep>], rest: ([String]) -> String) -> Outcome {
        var outcome = Outcome(
            table: Table(
                columns: Self.leading + [
                    .state("state"), .init("rows", .right), .init("ms", .right), .init("held_ms", .right),
                    .init("message"),
                ],
                rows: records.map { Self.leading($0.step) + Self.trailing($0) }))
        outcome.notes = plan.unchanged.map { "unchanged: \($0)" } + plan.notes
        outcome.failures = stuckFailures + records.compactMap(Self.failure)
        let left = records.filter { !$0.outcome.isComplete }.map(\.step.name)
        outcome.changed =
            !plan.before.isEmpty || records.contains { if case .done = $0.outcome { true } else { false } }
        if !left.isEmpty || !plan.stuck.isEmpty {
            outcome.status = left.count == records.count && !records.isEmpty ? .failed : .partial
            let done = records.count - left.count
            outcome.complaint = "\(done) of \((records.count + plan.stuck.count).counted("chunk")) done"
        }
        if !left.isEmpty { outcome.notes.append("to go on: \(rest(left))") }
        return outcome
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
        case .notBegun: "not_begun"
        }
    }

    private static func failure(_ record: StepRecord<ChunkMoveStep>) -> Failure? {
        guard let error = record.outcome.error, error.kind != .interrupted else { return nil }
        var failure = Failure(error)
        failure.message = "\(record.step.name): \(failure.message)"
        return failure
    }
}
