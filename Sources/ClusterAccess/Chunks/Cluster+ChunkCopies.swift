package import MultiNode
import Postgres

/// What a data node tells about its copy of one chunk.
package struct CopyDetails: Sendable {
    package let facts: CopyFacts
    /// Nil if it took too long to count them.
    package let rows: Int64?
    /// Nil if the role may not see it.
    package let lastWritten: String?
}

extension Cluster {
    /// The copies of one chunk, asked side by side; nil for one that is not there.
    ///
    /// - Parameter limit: how long the rows may be counted.
    package func copies(
        of chunk: Chunk, on nodes: [DataNode], countingFor limit: Duration
    ) async -> [Answer<DataNode, CopyDetails?>] {
        let numbers = Dictionary(chunk.copies.map { ($0.node, $0.number) }) { first, _ in first }
        return await onEach(nodes) { node throws(ClusterError) in
            if node.isGone { throw ClusterError(gone: node.name) }
            let number = numbers[node.name] ?? 0
            return try await asking(node) { link throws(ClusterError) in
                func ask(_ sql: SQL, _ limit: Duration) async throws(ClusterError) -> [[String: String?]] {
                    try await send(sql, on: link, node: node.name, timeout: limit).records
                }
                guard let row = try await ask(CopyFacts.list([number]), .seconds(5)).first else { return nil }
                let written = try await tolerating(["42501"]) { () throws(ClusterError) in
                    try await ask(CopyFacts.lastWritten(number), .seconds(5))
                }
                let count = try await tolerating([nil]) { () throws(ClusterError) in
                    try await ask(CopyFacts.count(of: chunk.name), limit)
                }
                return CopyDetails(
                    facts: CopyFacts(row: row), rows: count?.first?["rows"].flatMap { $0 }.flatMap { Int64($0) },
                    lastWritten: written?.first?["last_written"].flatMap { $0 })
            }
        }
    }

    /// Does what may fail for these reasons without harm; then the answer is nil.
    ///
    /// - Parameter reasons: the SQLSTATEs; nil for a time limit that has passed.
    private func tolerating<Answer>(
        _ reasons: [String?], _ work: () async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer? {
        do throws(ClusterError) {
            return try await work()
        } catch {
            let isTimeUp = error.kind == .timedOut && reasons.contains(nil)
            let isKnown = error.sqlstate.map { reasons.contains($0) } ?? false
            guard isTimeUp || isKnown else { throw error }
            return nil
        }
    }
}
