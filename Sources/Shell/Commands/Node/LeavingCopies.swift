import ClusterAccess
import MultiNode
import Operations

/// What the copies of chunks on nodes that leave have which those that stay lack.
struct LeavingCopies {
    /// A line for each hypertable with chunks whose other copies lack rows, or may.
    let unlike: [String]
    /// A line for each node that did not answer, so that its copies were not compared.
    let unasked: [String]

    /// Compares them, row for row.
    ///
    /// - Parameters:
    ///   - chunks: those with copies both on nodes that leave and on others.
    ///   - gone: the nodes that leave.
    init(_ chunks: [Chunk], on gone: [DataNode], among nodes: [DataNode], _ cluster: Cluster) async throws {
        let leaving = Set(gone.map(\.name))
        let shapes = try await cluster.send(RowShape.list(of: Set(chunks.map(\.tableID)).sorted())).records
            .map { RowShape(row: $0) }
        let verification = await cluster.compareCopies(
            of: chunks, on: nodes.holding(chunks.flatMap(\.nodes)), shapes, countsOnly: false)
        let silent = Set(
            verification.answers.filter { $0.error != nil && leaving.contains($0.item.name) }.map(\.item.name))
        let compared = Dictionary(verification.compared.map { ($0.chunk.id, $0) }) { first, _ in first }
        let unlike = chunks.filter { !Self.isHeld($0, compared[$0.id], leaving, silent) }
        self.unlike = Dictionary(grouping: unlike, by: \.table).sorted { $0.key.description < $1.key.description }.map {
            table, chunks in
            let others = Set(chunks.flatMap(\.nodes)).subtracting(leaving).sorted().listed
            let first = chunks.first?.name.shownName ?? ""
            let which = chunks.count == 1 ? first : "\(chunks.count.counted("chunk")), such as \(first),"
            return
                "of \(table.shownName) \(which) can't be shown to have all rows on \(others): its copies differ, or are being written"
        }
        unasked = silent.sorted().map { node in
            let count = chunks.count { $0.nodes.contains(node) }
            return
                "\(node) does not answer: whether it has rows that the other copies of \(count.counted("chunk")) lack is not known"
        }
    }

    /// Whether what the copies that leave have is in those that stay.
    private static func isHeld(
        _ chunk: Chunk, _ compared: ComparedChunk?, _ leaving: Set<String>, _ silent: Set<String>
    ) -> Bool {
        let own = (compared?.copies ?? []).filter { leaving.contains($0.node) }
        let asked = chunk.nodes.filter { leaving.contains($0) && !silent.contains($0) }
        // What is not there, or can't be asked for, is not compared.
        let isNothingToLose = asked.allSatisfy { node in own.contains { $0.node == node && $0.state == .missing } }
        if isNothingToLose, !own.contains(where: { $0.state == .read }) { return true }
        guard let compared, !own.contains(where: { $0.state == .unread && !silent.contains($0.node) }) else {
            return false
        }
        let staying = compared.copies.filter { !leaving.contains($0.node) && $0.state == .read }
        switch compared.verdict {
        case .same: return !staying.isEmpty
        case .differs: return !staying.isEmpty && staying.allSatisfy { $0.lacks == 0 && !$0.mayLackMore }
        case .changing, .unknown: return false
        }
    }
}
