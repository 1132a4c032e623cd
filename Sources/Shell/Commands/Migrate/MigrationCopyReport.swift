import CommandLanguage
import ClusterAccess
import MultiNode
import Operations
import Rendering

/// What `migrate copy` is going to do, and what it has done: a row for each chunk, and for people a line for each hypertable.
struct MigrationCopyReport {
    private let unchanged: Int
    private let steps: [ChunkMigrationStep]
    private let failures: [Failure]

    init(_ work: MigrationWork) {
        unchanged = work.unchanged
        steps = work.steps
        failures = work.failures.map { Failure($0) }
    }

    static let columns: [Table.Column] =
        leading + [.state("state"), .integer("rows"), .number("ms"), "message"]

    private static let leading: [Table.Column] = ["action", "hypertable", "chunk", "from", .integer("bytes")]

    private static func leading(_ step: ChunkMigrationStep, from node: String?, bytes: Int64) -> [Value] {
        let isRemoval = step.work.makesRoom
        return [
            .text(isRemoval ? "remove" : "copy"), .text(step.table.shownName), .text(step.name),
            isRemoval ? .null : (node ?? step.nodes.first).map { .text($0) } ?? .null,
            isRemoval ? .null : .integer(bytes),
        ]
    }

    // MARK: Before

    var preview: Outcome {
        var outcome = Outcome(
            table: Table(
                columns: Self.leading,
                rows: steps.map { Self.leading($0, from: nil, bytes: $0.weight) }))
        let bytes = steps.reduce(0) { $0 + $1.weight }
        outcome.text = [
            steps.isEmpty
                ? "nothing to copy: \(unchanged.counted("chunk")) unchanged"
                : "\(steps.count.counted("chunk")) to copy, \(ByteCount.text(bytes)) at the source; \(unchanged) unchanged"
        ]
        outcome.failures = failures
        if !failures.isEmpty { outcome.status = .partial }
        return outcome
    }

    // MARK: Behind

    /// - Parameter rest: the command that does what is left.
    func outcome(_ records: [StepRecord<ChunkMigrationStep>], rest: String, took: Duration) -> Outcome {
        var outcome = Outcome(
            table: Table(
                columns: Self.columns, rows: records.map(Self.row)))
        let taken = records.filter { if case .done(.taken) = $0.outcome { true } else { false } }.map(\.step.name)
        outcome.failures = failures + records.failures() + Self.told(taken)
        outcome.changed = records.contains {
            switch $0.outcome {
            case .done(.copied), .done(.removed): true
            default: false
            }
        }
        let left = records.filter { !$0.outcome.isComplete }.count + taken.count
        outcome.text = lines(records, took)
        if left > 0 || !failures.isEmpty {
            outcome.status = outcome.changed || unchanged > 0 ? .partial : .failed
            outcome.complaint =
                left > 0
                ? "\(left.counted("chunk")) of \(records.count + unchanged) not copied"
                : "what has changed is not known of each node"
            outcome.notes.append("to go on: \(rest)")
        }
        return outcome
    }

    /// - Parameter taken: the chunks that another one is at.
    private static func told(_ taken: [String]) -> [Failure] {
        if taken.isEmpty { return [] }
        return [
            Failure(
                "another tscl is copying \(taken.listed)", status: .partial,
                remedy: "'migrate status' tells how far it is; what it leaves is copied by the next 'migrate copy'")
        ]
    }

    private func lines(_ records: [StepRecord<ChunkMigrationStep>], _ took: Duration) -> [String] {
        guard !records.isEmpty else { return ["nothing to copy: \(unchanged.counted("chunk")) unchanged"] }
        var tables: [TableName: (chunks: Int, rows: Int, bytes: Int64, removed: Int)] = [:]
        for record in records {
            guard case .done(let result) = record.outcome else { continue }
            var sum = tables[record.step.table] ?? (0, 0, 0, 0)
            switch result {
            case .copied(let copied): sum = (sum.0 + 1, sum.1 + copied.rows, sum.2 + Int64(copied.bytes), sum.3)
            case .removed: sum.removed += 1
            case .found, .taken: break
            }
            tables[record.step.table] = sum
        }
        var lines = tables.sorted { $0.key.description < $1.key.description }.map { table, sum in
            let removed = sum.removed > 0 ? ", \(sum.removed) removed that the source has dropped" : ""
            return
                "\(table.shownName): \(sum.chunks.counted("chunk")) copied and compared, \(sum.rows.counted("row")), \(ByteCount.text(sum.bytes))\(removed)"
        }
        let seconds = took.milliseconds / 1000
        let rows = tables.values.reduce(0) { $0 + $1.rows }
        let rate = seconds > 0 ? ", \(Int(Double(rows) / seconds)) rows/s" : ""
        lines.append("\((seconds * 10).rounded() / 10) s\(rate); \(unchanged.counted("chunk")) unchanged")
        return lines
    }

    private static func row(_ record: StepRecord<ChunkMigrationStep>) -> [Value] {
        let step = record.step
        let copied: CopiedChunk? = if case .done(.copied(let copied)) = record.outcome { copied } else { nil }
        return leading(step, from: copied?.node, bytes: copied.map { Int64($0.bytes) } ?? step.weight) + [
            .text(state(record.outcome)), copied.map { .integer(Int64($0.rows)) } ?? .null,
            .number(JSON.rounded(record.milliseconds)), record.outcome.error.map { .text($0.summary) } ?? .null,
        ]
    }

    private static func state(_ outcome: StepOutcome<ChunkMigrationStep.Result>) -> String {
        switch outcome {
        case .done(.copied): "copied"
        case .done(.removed): "removed"
        case .done(.found), .unneeded: "unneeded"
        case .done(.taken): "taken"
        case .failed: "failed"
        case .unknown: "unknown"
        case .notBegun: "not_begun"
        }
    }
}
