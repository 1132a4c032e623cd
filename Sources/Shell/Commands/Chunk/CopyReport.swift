import MultiNode
import Operations
import Rendering

/// What the comparison of copies has found, as text for people and as a table for programs.
struct CopyReport {
    private let single: [Chunk]
    private let compared: [ComparedChunk]
    private let countsOnly: Bool

    /// - Parameters:
    ///   - chosen: all chunks that were asked about.
    ///   - compared: those with several copies.
    init(chosen: [Chunk], _ compared: [ComparedChunk], countsOnly: Bool) {
        single = chosen.filter { $0.copies.count == 1 }
        self.compared = compared
        self.countsOnly = countsOnly
    }

    var differing: [ComparedChunk] { compared.filter { $0.verdict == .differs } }

    /// The chunks that were not compared with all their copies.
    var unsettled: [ComparedChunk] { compared.filter { $0.verdict != .differs && !$0.isSettled } }

    /// One row for each copy.
    var table: Table {
        Table(
            columns: ChunkVerifyCommand.columns,
            rows: compared.flatMap(rows)
                + single.map { chunk in
                    [
                        .text(chunk.table.shownName), .text(chunk.name.shownName), .text(chunk.nodes.first ?? ""),
                        .text("single"), .null, .null, .null,
                    ]
                })
    }

    private func rows(_ compared: ComparedChunk) -> [[Value]] {
        let copies = Dictionary(compared.copies.map { ($0.node, $0) }) { first, _ in first }
        return compared.chunk.nodes.map { node in
            let copy = copies[node]
            return [
                .text(compared.chunk.table.shownName), .text(compared.chunk.name.shownName), .text(node),
                .text(compared.state(of: copy)), copy?.rows.map { .integer(Int64($0)) } ?? .null,
                copy?.lacks.map { .integer(Int64($0)) } ?? .null, copy?.example.map { .text($0) } ?? .null,
            ]
        }
    }

    /// - Parameter terminalWidth: nil if there is no terminal.
    func text(terminalWidth: Int?) -> [String] {
        var lines: [String] = []
        // What could not be read is counted: where a node does not answer, that may be thousands.
        let telling = compared.filter { $0.verdict == .differs || $0.verdict == .changing }
        if !telling.isEmpty {
            var table = table
            table.rows = telling.flatMap(rows)
            lines.append(table.text(TableStyle(width: terminalWidth, expanded: .never)))
        }
        let same = compared.count(where: \.isSettled)
        let have = same == 1 ? "has" : "have"
        let what =
            countsOnly ? "\(have) as many rows in all copies" : "\(same == 1 ? "is" : "are") the same in all copies"
        if same > 0 { lines.append("\(same.counted("chunk")) \(what)") }
        if compared.isEmpty, single.isEmpty { lines.append("there are no chunks to compare") }
        if !single.isEmpty {
            lines.append(
                "\(single.count.counted("chunk")) with one copy: there is nothing to compare \(single.count == 1 ? "it" : "them") with"
            )
        }
        if telling.contains(where: { $0.copies.contains(where: \.mayLackMore) }) {
            lines.append("where many rows differ, not all were looked at: there may be more that a copy lacks")
        }
        if telling.contains(where: { $0.verdict == .changing }) {
            lines.append(
                "copies that are changing may be the same: verify them again when no transaction writes there, or is in doubt"
            )
        }
        if differing.contains(where: { $0.copies.contains { $0.lacks == 0 } }) {
            lines.append("a copy that lacks 0 rows has all that the others have")
        }
        if !differing.isEmpty {
            lines.append(
                "rows of a transaction in doubt are in some copies only: 'heal list' shows such, 'heal all' ends them")
            lines.append(
                "UPDATE and DELETE are another reason: TimescaleDB finds the rows of a chunk in one copy, and changes what has "
                    + "the same place in the others, if anything has")
            lines.append("'hypertable repair' makes a copy that lacks rows anew from one that has all of them")
        }
        return lines
    }

    var complaint: String? {
        var parts: [String] = []
        if !differing.isEmpty { parts.append("copies of \(differing.count.counted("chunk")) differ") }
        if !unsettled.isEmpty {
            parts.append("\(unsettled.count.counted("chunk")) could not be compared in all copies")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension ComparedChunk {
    fileprivate func state(of copy: CopyComparison.Copy?) -> String {
        switch copy?.state {
        case .read: verdict.rawValue
        case .missing: "missing"
        case .unread, nil: "unknown"
        }
    }
}
