import CommandLanguage
import ClusterAccess
import MultiNode
import Operations
import Rendering

/// What `migrate copy` is going to do, and what it has done: a row for each chunk, and for people a line for each hypertable.
struct MigrationCopyReport {
    private let unchanged: Int
    private let uncompared: Int
    private let proof: ClusterMigrationSite.Proof
    private let steps: [ChunkMigrationStep]
    private let failures: [Failure]
    /// What is kept although the source has it no more, a line for each reason.
    private let kept: [String]

    init(_ work: MigrationWork) {
        self.init(
            work.steps, unchanged: work.unchanged, uncompared: work.uncompared, proof: work.proof,
            work.failures.map { Failure($0) }, kept: work.kept.flatMap(\.told))
    }

    /// - Parameter uncompared: how many of the unchanged ones were not compared when they were copied.
    init(
        _ steps: [ChunkMigrationStep], unchanged: Int, uncompared: Int = 0, proof: ClusterMigrationSite.Proof,
        _ failures: [Failure] = [], kept: [String] = []
    ) {
        self.kept = kept
        (self.steps, self.unchanged, self.uncompared) = (steps, unchanged, uncompared)
        (self.proof, self.failures) = (proof, failures)
    }

    static let columns: [Table.Column] =
        leading + [.state("state"), .integer("rows"), .number("ms"), "message", "compared"]

    /// Those of `--dry-run`.
    static let previewColumns: [Table.Column] = leading + [.number("ms")]

    private static let leading: [Table.Column] = ["action", "hypertable", "chunk", "from", .integer("bytes")]

    private static func leading(_ step: ChunkMigrationStep, from node: String?, bytes: Int64) -> [Value] {
        let isRemoval = step.work.makesRoom
        return [
            .text(isRemoval ? "remove" : "copy"), .text(step.table.shownName), .text(chunk(of: step).shownName),
            isRemoval ? .null : (node ?? step.nodes.first).map { .text($0) } ?? .null,
            isRemoval ? .null : .integer(bytes),
        ]
    }

    private static func chunk(of step: ChunkMigrationStep) -> TableName {
        switch step.work {
        case .copy(let chunk): chunk.name
        case .remove(let chunk): chunk.source
        case .clear(let name): name
        }
    }

    // MARK: Before

    /// - Parameter pace: how fast one chunk after the other would be copied.
    func preview(_ pace: MigrationPace, until end: OperationEnd? = nil) -> Outcome {
        func time(_ step: ChunkMigrationStep) -> Duration { step.work.makesRoom ? .zero : pace.time(for: step.weight) }
        var outcome = Outcome(
            table: Table(
                columns: Self.previewColumns,
                rows: steps.map {
                    Self.leading($0, from: nil, bytes: $0.weight) + [.number(JSON.rounded(time($0).milliseconds))]
                }))
        outcome.line = Self.line
        let copies = steps.filter { !$0.work.makesRoom }
        let bytes = copies.reduce(0) { $0 + $1.weight }
        let removed = steps.count - copies.count
        outcome.text = [
            steps.isEmpty
                ? nothing
                : "\(copies.count.counted("chunk")) to copy, \(ByteCount.text(bytes)) at the source\(removed > 0 ? ", \(removed) to remove" : ""); \(unchangedText)"
        ]
        let whole = copies.reduce(Duration.zero) { $0 + time($1) }
        if !copies.isEmpty {
            outcome.text.append(
                "about \(roughTime(max(.seconds(1), whole))) one by one (\(pace.basis)); writers go on meanwhile")
        }
        outcome.notes += kept
        if let note = end?.note { outcome.notes.append(note) }
        outcome.facts = [WorkEstimate(chunks: copies.count, bytes: bytes, time: whole).member]
        outcome.remarks = outcome.text
        let read = copies.count(where: \.readsFirst)
        if read > 0 {
            outcome.notes.append(
                "\(read) of \(copies.count.counted("chunk")) \(read == 1 ? "is" : "are") read first, and copied only where the rows are others: a server was started anew or replaced, or another node is read"
            )
        }
        let stuck = copies.filter(\.nodes.isEmpty)
        outcome.failures = failures
        if !stuck.isEmpty {
            outcome.failures.append(
                Failure(
                    "\(stuck.count.counted("chunk")) can't be copied, as no data node that has \(stuck.count == 1 ? "it" : "them") is available: \(stuck.map(\.name).listed)",
                    remedy: "'check' tells of the nodes; 'node enable' where one is back"))
        }
        if !outcome.failures.isEmpty { outcome.status = .partial }
        return outcome
    }

    /// A step that is to come.
    @Sendable private static func line(_ row: [Value]) -> String {
        let values = row.map(\.text)
        let what = "\(values[0]) \(MovingLines.bare(chunk: values[2])) of \(values[1])"
        guard !values[3].isEmpty, let bytes = Int64(values[4]) else { return what }
        return "\(what) from \(values[3]): \(ByteCount.text(bytes))"
    }

    private var nothing: String { "nothing to copy: \(unchanged.counted("chunk")) unchanged\(uncomparedText)" }
    private var unchangedText: String { "\(unchanged) unchanged\(uncomparedText)" }
    private var uncomparedText: String {
        uncompared > 0 ? ", \(uncompared) of them not compared row for row: 'migrate verify' does that" : ""
    }

    // MARK: Behind

    /// - Parameter rest: the command that does what is left.
    func outcome(_ records: [StepRecord<ChunkMigrationStep>], rest: String, took: Duration) -> Outcome {
        var outcome = Outcome(
            table: Table(
                columns: Self.columns, rows: records.map { Self.row($0, proof) }))
        let taken = records.filter { if case .done(.taken) = $0.outcome { true } else { false } }.map(\.step.name)
        outcome.failures = failures + records.failures() + Self.told(taken)
        outcome.changed = records.contains {
            switch $0.outcome {
            case .done(.copied), .done(.removed): true
            default: false
            }
        }
        let left = records.filter { !$0.outcome.isComplete }.count + taken.count
        outcome.text = lines(records, took) + kept
        outcome.remarks = outcome.text
        if left > 0 || !failures.isEmpty {
            let hasSame = records.contains { if case .done(.same) = $0.outcome { true } else { false } }
            outcome.status = outcome.changed || hasSame || unchanged > 0 ? .partial : .failed
            outcome.complaint =
                left > 0
                ? "\(left.counted("chunk")) of \(records.count + unchanged) not copied"
                : "what has changed is not known of each node"
            outcome.rest = rest
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
        guard !records.isEmpty else { return [nothing] }
        var tables: [TableName: (chunks: Int, rows: Int, bytes: Int64, removed: Int, same: Int)] = [:]
        for record in records {
            guard case .done(let result) = record.outcome else { continue }
            var sum = tables[record.step.table] ?? (0, 0, 0, 0, 0)
            switch result {
            case .copied(let copied):
                sum.chunks += 1
                sum.rows += copied.rows
                sum.bytes += Int64(copied.bytes)
            case .removed: sum.removed += 1
            case .same: sum.same += 1
            case .found, .taken: break
            }
            tables[record.step.table] = sum
        }
        var lines = tables.sorted { $0.key.description < $1.key.description }.map { table, sum in
            let removed = sum.removed > 0 ? ", \(sum.removed) removed that the source has dropped" : ""
            let same = sum.same > 0 ? ", \(sum.same) read again and found as copied" : ""
            return
                "\(table.shownName): \(sum.chunks.counted("chunk")) \(did), \(sum.rows.counted("row")), \(ByteCount.text(sum.bytes))\(removed)\(same)"
        }
        let seconds = took.milliseconds / 1000
        let rows = tables.values.reduce(0) { $0 + $1.rows }
        let rate = seconds > 0 ? ", \(Int(Double(rows) / seconds)) rows/s" : ""
        lines.append(
            "\((seconds * 10).rounded() / 10) s\(rate); \(unchanged.counted("chunk")) unchanged\(uncomparedText)")
        if proof != .rows, tables.values.contains(where: { $0.chunks > 0 }) {
            lines.append("'migrate verify' compares what was copied, row for row")
        }
        return lines
    }

    /// What programs are told of a step when it has ended.
    var telling: StepTelling<ChunkMigrationStep> {
        StepTelling(columns: Self.columns) { [proof] in [Self.row($0, proof)] }
    }

    /// What became of a chunk that is copied.
    private var did: String {
        switch proof {
        case .rows: "copied and compared"
        case .counts: "copied, counted on both sides"
        case .none: "copied, not compared"
        }
    }

    private static func row(
        _ record: StepRecord<ChunkMigrationStep>, _ proof: ClusterMigrationSite.Proof
    ) -> [Value] {
        let step = record.step
        let copied: CopiedChunk? = if case .done(.copied(let copied)) = record.outcome { copied } else { nil }
        return Self.leading(step, from: copied?.node, bytes: copied.map { Int64($0.bytes) } ?? step.weight) + [
            .text(Self.state(record.outcome)), copied.map { .integer(Int64($0.rows)) } ?? .null,
            .number(JSON.rounded(record.milliseconds)),
            (record.outcome.error?.summary ?? message(copied)).map { .text($0) } ?? .null,
            copied == nil ? .null : .text(proof.rawValue),
        ]
    }

    private static func message(_ copied: CopiedChunk?) -> String? {
        copied?.kept.map { "\($0.shown) keeps what the copy before had, and \(copied?.node ?? "the node") has not" }
    }

    private static func state(_ outcome: StepOutcome<ChunkMigrationStep.Result>) -> String {
        switch outcome {
        case .done(.copied): "copied"
        case .done(.removed): "removed"
        case .done(.found), .done(.same), .unneeded: "unneeded"
        case .done(.taken): "taken"
        case .failed: "failed"
        case .unknown: "unknown"
        case .passedOver, .notBegun: "not_begun"
        }
    }
}
