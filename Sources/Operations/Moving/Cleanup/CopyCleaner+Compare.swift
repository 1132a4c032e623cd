import ClusterAccess
import MultiNode

/// A complete copy that somebody else has made.
extension CopyCleaner {
    /// - Throws: where its copies differ, or can't be compared.
    func compare(_ copying: ChunkCopying) async throws(ClusterError) {
        guard let chunk = try await chunk(of: copying) else { return }
        // From here on sessions that are open write to all of them; what they wrote before the comparison tells.
        try await cluster.send(
            ChunkCopySQL.renewWriters(of: chunk.table, id: chunk.tableID, capabilities), on: link)
        let shapes = try await cluster.send(RowShape.list(of: [chunk.tableID]), on: link).records.map {
            RowShape(row: $0)
        }
        let verification = await cluster.compareCopies(
            of: [chunk], on: nodes.holding(chunk.nodes), shapes, countsOnly: false)
        if Task.isCancelled { throw .interrupted }
        let compared = verification.compared.first
        if compared?.isSettled == true { return }
        switch compared?.verdict {
        case .differs?:
            throw ClusterError(
                "the copies of \(chunk.name.shownName) differ, one of which \(copying.operation) has made; both stay",
                remedy: "hypertable repair \(Quoting.word(chunk.table.description))")
        case .same?, .changing?, .unknown?, nil:
            if let error = verification.answers.compactMap(\.error).first ?? verification.failures.first { throw error }
            if compared?.verdict == .same {
                throw ClusterError(
                    "not all copies of \(chunk.name.shownName) are there to be compared",
                    remedy: "hypertable repair \(Quoting.word(chunk.table.description))")
            }
            throw ClusterError(
                "the copies of \(chunk.name.shownName) could not be compared, for they are being written",
                remedy: "chunk cleanup \(Quoting.word(copying.operation)) compares them again")
        }
    }
}
