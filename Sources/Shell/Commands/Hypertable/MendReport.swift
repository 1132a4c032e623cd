import ClusterAccess
import MultiNode
import Operations
import Rendering

/// What `hypertable repair` is going to do with copies that are not right, and what it has done.
struct MendReport {
    private let diagnosis: CopyDiagnosis
    private let notes: [String]

    init(_ diagnosis: CopyDiagnosis, notes: [String]) {
        self.diagnosis = diagnosis
        self.notes = notes
    }

    private static func leading(_ chunk: Chunk, _ node: String) -> [Value] {
        [.text("mend"), .text(chunk.table.shownName), .text(chunk.name.shownName), .text(node), .null, .null]
    }

    private var failures: [Failure] {
        diagnosis.failures
            + diagnosis.stuck.map { Failure("\($0.chunk.name.shownName): \($0.reason)", remedy: $0.remedy) }
    }

    private var isPartial: Bool { !diagnosis.stuck.isEmpty || !diagnosis.failures.isEmpty }

    /// Which copies the access node reads of chunks whose copies are not right.
    ///
    /// - Parameter read: the nodes, by the number of the chunk.
    private func notes(on read: [Int: String]) -> [String] {
        let chunks = Dictionary(grouping: diagnosis.cases.map(\.chunk).filter { read[$0.id] != nil }) {
            read[$0.id] ?? ""
        }
        return chunks.sorted { $0.key < $1.key }.map { node, chunks in
            let names = chunks.prefix(3).map(\.name.shownName)
            let others = chunks.count - names.count
            return "the access node reads the copy on \(node) of "
                + (names + (others > 0 ? [others.counted("other")] : [])).listed
        }
    }

    /// What comes back that the copies lack which the access node reads: it may have been deleted.
    ///
    /// - Parameter read: the nodes, by the number of the chunk.
    private func returning(to read: [Int: String]) -> [String] {
        struct Places: Hashable { let read, winner: String }
        var rows: [Places: (chunks: [String], count: Int)] = [:]
        for item in diagnosis.cases {
            guard let winner = item.winner, let node = read[item.chunk.id], let count = winner.lacks[node], count > 0
            else { continue }
            let known = rows[Places(read: node, winner: winner.node)] ?? ([], 0)
            rows[Places(read: node, winner: winner.node)] = (
                known.chunks + [item.chunk.name.shownName], known.count + count
            )
        }
        return rows.sorted { ($0.key.read, $0.key.winner) < ($1.key.read, $1.key.winner) }.map { places, found in
            let names =
                found.chunks.prefix(3) + (found.chunks.count > 3 ? [(found.chunks.count - 3).counted("other")] : [])
            return
                "of \(Array(names).listed) the copy on \(places.winner) has all rows of the others, and stays: "
                + "\(found.count.counted("row")) that the one on \(places.read) lacks, which the access node reads, "
                + "\(found.count == 1 ? "is" : "are") back then; if they were deleted: --keep \(Quoting.word(places.read))"
        }
    }

    /// What `--dry-run` shows.
    ///
    /// - Parameters:
    ///   - read: the nodes whose copies the access node reads, by the number of the chunk.
    ///   - tables: the hypertables that have continuous aggregates.
    func preview(
        _ steps: [CopyMendStep], _ copies: Outcome, reading read: [Int: String], withAggregates tables: Set<TableName>,
        _ context: CommandContext
    ) -> Outcome {
        var outcome = copies
        outcome.table?.rows.insert(
            contentsOf: diagnosis.cases.flatMap { item in
                item.wrong.isEmpty
                    ? [Self.leading(item.chunk, "")] : item.wrong.map { Self.leading(item.chunk, $0) }
            }, at: 0)
        outcome.showLines(isStuck: isPartial)
        if !diagnosis.cases.isEmpty {
            outcome.notes.insert(
                "\(diagnosis.cases.count.counted("chunk")) with copies that are not right, or may not be: they are compared "
                    + "once more while nobody writes to the hypertable, and what is wrong is dropped", at: 0)
        }
        let aggregated = Set(diagnosis.cases.map(\.chunk.table)).intersection(tables).map(\.shownName).sorted()
        if !aggregated.isEmpty {
            outcome.notes.append(
                "where rows differ, continuous aggregates of \(aggregated.listed) take in the time of the chunk anew at their next "
                    + "refresh of it")
        }
        outcome.notes.insert(contentsOf: notes(on: read) + returning(to: read), at: min(1, outcome.notes.count))
        if context.settings.showSQL {
            // They come before those of the copies.
            outcome.notes.insert(
                contentsOf: steps.flatMap(\.plan.sent).map { context.output.hiding($0) }, at: 0)
        }
        outcome.failures = failures + outcome.failures
        if isPartial { outcome.status = .partial }
        return outcome
    }

    /// What became of the copies that are not right.
    func outcome(_ records: [StepRecord<CopyMendStep>]) -> Outcome {
        var outcome = Outcome()
        outcome.notes = notes
        var rows: [[Value]] = []
        var invalidated: [TableName: Int] = [:]
        for record in records {
            rows += Self.rows(record)
            guard case .done(let result) = record.outcome else { continue }
            if !result.dropped.isEmpty || result.noted != nil { outcome.changed = true }
            if let note = Self.mayBeBack(result) {
                outcome.notes.append("\(record.step.chunk.name.shownName): \(note)")
            }
            if result.isInvalidated { invalidated[record.step.chunk.table, default: 0] += 1 }
            for copy in result.dropped {
                guard let aside = copy.aside else { continue }
                outcome.notes.append(
                    "\(copy.node) keeps the rows of its old copy of \(record.step.chunk.name.shownName) in \(aside.table)"
                )
            }
        }
        outcome.notes += invalidated.sorted { $0.key.shownName < $1.key.shownName }.map { table, count in
            "continuous aggregates of \(table.shownName) take in the time of \(count.counted("chunk")) anew at their next refresh of "
                + "it: what they have of it may come from a copy that was not right"
        }
        outcome.failures += records.failures()
        outcome.table = Table(columns: MovingReport.columns, rows: rows)
        outcome.showLines(isStuck: isPartial)
        outcome.failures = failures + outcome.failures
        if isPartial || records.contains(where: { !$0.outcome.isComplete }) { outcome.status = .partial }
        return outcome
    }

    /// What programs are told of a step when it has ended, also where all copies of its chunk were found to be right.
    static let telling = StepTelling<CopyMendStep>(columns: MovingReport.columns) { record in
        let rows = Self.rows(record)
        return rows.isEmpty ? [Self.row(record, "", "unneeded", nil)] : rows
    }

    /// A row for each copy that was dropped, or for the chunk where that failed.
    private static func rows(_ record: StepRecord<CopyMendStep>) -> [[Value]] {
        switch record.outcome {
        case .done(let result):
            result.dropped.map { row(record, $0.node, "dropped", text($0, result.kept ?? "")) }
                + (result.noted.map { [row(record, "", "noted", noted($0))] } ?? [])
        case .unneeded, .notBegun(nil): []
        case .failed(let error), .unknown(let error): [row(record, "", "failed", error.summary)]
        case .passedOver(let error), .notBegun(let error?): [row(record, "", "not_begun", error.summary)]
        }
    }

    private static func row(
        _ record: StepRecord<CopyMendStep>, _ node: String, _ state: String, _ message: String?
    ) -> [Value] {
        leading(record.step.chunk, node) + [
            .text(state), .null, .number(JSON.rounded(record.milliseconds)), .null, message.map { .text($0) } ?? .null,
        ]
    }

    private static func noted(_ isCompressed: Bool) -> String {
        "the access node notes now that it is \(isCompressed ? "" : "not ")compressed, as its copies are"
    }

    private static func text(_ copy: CopyMendResult.Dropped, _ kept: String) -> String {
        let lacked: Int
        switch copy.cause {
        case .missing: return "it was registered, and not there"
        case .compression(let isCompressed):
            return "it had the same rows as that on \(kept), and was \(isCompressed ? "" : "not ")compressed"
                + (copy.wasRead ? "; it was the one that the access node read" : "")
        case .rows(let count): lacked = count
        }
        let aside = copy.aside.map { aside in
            "and had \(aside.rows.counted("row")) more: all that it had is kept there in \(aside.table)"
        }
        return "it lacked \(lacked.counted("row")) of \(kept)" + (aside.map { ", \($0)" } ?? "")
            + (copy.wasRead ? "; it was the one that the access node read" : "")
    }

    /// Where the copy that was read lacked rows, these may have been deleted, and nobody said that they were not.
    private static func mayBeBack(_ result: CopyMendResult) -> String? {
        guard let kept = result.kept, let read = result.dropped.first(where: \.wasRead),
            case .rows(let count) = read.cause,
            count > 0, read.aside == nil
        else { return nil }
        return
            "the copy on \(kept), which has all rows of the others, stays: \(count.counted("row")) that the one on \(read.node) lacked, "
            + "which the access node read until then, \(count == 1 ? "is" : "are") back; where they had been deleted they are to be "
            + "deleted again, and '--keep \(Quoting.word(read.node))' is for the next time"
    }

    /// What was done, in lines.
    func lines(_ mended: Outcome) -> [String] {
        (mended.table?.rows ?? []).map { row in row.map(\.text).filter { !$0.isEmpty }.joined(separator: " ") }
            + mended.notes
    }
}
