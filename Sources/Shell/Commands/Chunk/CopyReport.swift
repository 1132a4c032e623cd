import MultiNode
import Operations
import Rendering

/// What the comparison of copies has found, as text for people and as a table for programs.
struct CopyReport {
    private let single: [Chunk]
    private let compared: [ComparedChunk]
    /// The chunks that are compressed for some of the access node and their nodes alone, by their numbers.
    private let unlike: [Int: CompressionStates]
    /// Of each hypertable, that copies of its chunks have lost the note of added rows.
    private let forgetting: [Finding]
    private let countsOnly: Bool

    /// - Parameters:
    ///   - chosen: all chunks that were asked about.
    ///   - compared: those with several copies, and those whose only copy is not there.
    ///   - unlike: those that are compressed for some of the access node and their nodes alone, or of which some copies have
    ///     lost the note that rows were added.
    init(
        chosen: [Chunk], _ compared: [ComparedChunk], compressedUnlike unlike: [Int: CompressionStates],
        countsOnly: Bool
    ) {
        let missing = Set(compared.map(\.chunk.id))
        single = chosen.filter { $0.copies.count == 1 && !missing.contains($0.id) }
        self.compared = compared
        self.unlike = unlike.filter { !$0.value.areAlike }
        let forgetful = Dictionary(grouping: chosen.filter { unlike[$0.id]?.areAlike == true }, by: \.table)
        forgetting = forgetful.sorted { $0.key.quoted < $1.key.quoted }.compactMap { table, chunks in
            CompressionStates.forgetting(
                table, chunks.compactMap { chunk in unlike[chunk.id].map { (chunk.name, $0) } })
        }
        self.countsOnly = countsOnly
    }

    /// Whether copies differ, or are not compressed alike.
    var findsFaults: Bool { !differing.isEmpty || !nowhere.isEmpty || !unlike.isEmpty || !forgetting.isEmpty }

    var differing: [ComparedChunk] { compared.filter { $0.verdict == .differs && !$0.isNowhere } }

    /// The chunks that none of their nodes has.
    private var nowhere: [ComparedChunk] { compared.filter { $0.verdict == .differs && $0.isNowhere } }

    /// The chunks that were not compared with all their copies.
    var unsettled: [ComparedChunk] { compared.filter { $0.verdict != .differs && !$0.isSettled } }

    /// One row for each copy.
    var table: Table {
        Table(
            columns: ChunkVerifyCommand.columns,
            rows: compared.flatMap(rows)
                + single.map(row))
    }

    private func row(_ single: Chunk) -> [Value] {
        let node = single.nodes.first ?? ""
        let isUnlike = unlike[single.id] != nil
        return [
            .text(single.table.shownName), .text(single.name.shownName), .text(node),
            .text(isUnlike ? Self.unlikeState : "single"), .null, .null, .null, compressed(single, on: node),
        ]
    }

    private static let unlikeState = "compression"

    /// Told where it is not so everywhere.
    private func compressed(_ chunk: Chunk, on node: String) -> Value {
        unlike[chunk.id]?.copies[node].map { .bool($0) } ?? .null
    }

    private func rows(_ compared: ComparedChunk) -> [[Value]] {
        let copies = Dictionary(compared.copies.map { ($0.node, $0) }) { first, _ in first }
        return compared.chunk.nodes.map { node in
            let copy = copies[node]
            return [
                .text(compared.chunk.table.shownName), .text(compared.chunk.name.shownName), .text(node),
                .text(state(of: copy, compared)), copy?.rows.map { .integer(Int64($0)) } ?? .null,
                copy?.lacks.map { .integer(Int64($0)) } ?? .null, copy?.example.map { .text($0) } ?? .null,
                compressed(compared.chunk, on: node),
            ]
        }
    }

    private func state(of copy: CopyComparison.Copy?, _ compared: ComparedChunk) -> String {
        let isUnlike = compared.verdict == .same && copy?.state == .read && unlike[compared.chunk.id] != nil
        return isUnlike ? Self.unlikeState : compared.state(of: copy)
    }

    /// - Parameter terminalWidth: nil if there is no terminal.
    func text(terminalWidth: Int?) -> [String] {
        var lines: [String] = []
        // What could not be read is counted: where a node does not answer, that may be thousands.
        let telling = compared.filter {
            $0.verdict == .differs || $0.verdict == .changing || unlike[$0.chunk.id] != nil
        }
        let alone = single.filter { unlike[$0.id] != nil }
        if !telling.isEmpty || !alone.isEmpty {
            var table = table
            table.rows = telling.flatMap(rows) + alone.map(row)
            lines.append(table.text(TableStyle(width: terminalWidth, expanded: .never)))
        }
        let same = compared.count { $0.isSettled && unlike[$0.chunk.id] == nil }
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
        for state in [true, false] {
            let chunks = (telling.map(\.chunk) + alone).filter { unlike[$0.id]?.onAccessNode == state }
            if chunks.isEmpty { continue }
            lines.append(
                "for the access node \(chunks.map(\.name.shownName).listed) "
                    + "\(chunks.count == 1 ? "is" : "are") \(state ? "" : "not ")compressed")
        }
        if !unlike.isEmpty {
            lines.append(
                "'hypertable repair' makes the copies and the access node agree on whether a chunk is compressed")
        }
        for finding in forgetting {
            lines.append("\(finding.place): \(finding.text)")
            lines.append("help: \(finding.remedy)")
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
        if !nowhere.isEmpty {
            let many = nowhere.count == 1 ? "is" : "are"
            lines.append(
                "\(nowhere.count.counted("chunk")) \(many) on none of the nodes that the access node's catalog has \(nowhere.count == 1 ? "it" : "them") on: 'check' tells "
                    + "whether one of these is another server than it was; else restore a node from a backup")
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
        if !nowhere.isEmpty {
            parts.append("\(nowhere.count.counted("chunk")) \(nowhere.count == 1 ? "is" : "are") on no node")
        }
        let others = unlike.count - differing.count { unlike[$0.chunk.id] != nil }
        if others > 0 {
            parts.append(
                "\(others.counted("chunk")) \(others == 1 ? "is" : "are") compressed for some nodes and not for others")
        }
        if !forgetting.isEmpty {
            parts.append(
                "copies of \(forgetting.count.counted("hypertable")) have lost the note of added rows")
        }
        if !unsettled.isEmpty {
            parts.append("\(unsettled.count.counted("chunk")) could not be compared in all copies")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension ComparedChunk {
    /// Whether no node has it.
    fileprivate var isNowhere: Bool { !copies.isEmpty && copies.allSatisfy { $0.state == .missing } }

    fileprivate func state(of copy: CopyComparison.Copy?) -> String {
        switch copy?.state {
        case .read: verdict.rawValue
        case .missing: "missing"
        case .unread, nil: "unknown"
        }
    }
}
