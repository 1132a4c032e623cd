package import ClusterAccess
import MultiNode
import Platform
import Postgres

/// That the node has what the others have.
extension ClusterPromotion {
    private static let parallel = 4

    /// Compares the chunks that were not compared yet, or were written to since.
    ///
    /// - Returns: how many.
    package func copyChanges() async throws(ClusterError) -> Int {
        let chunks = try await sources()
        let known = state.withLock { state in
            state.chunks = chunks
            return state.compared
        }
        let changed = try await changed(known.values.filter { chunk in chunks.contains(chunk.source) })
        let open = chunks.filter { known[$0.id]?.source != $0 || changed.contains($0.id) }
        let steps = open.map { ChunkComparisonStep(chunk: $0, site: self) }
        let operation = Operation(steps, parallel: Self.parallel)
        // Under the lock nobody could follow.
        let records =
            state.withLock { $0.isHeld } || open.isEmpty
            ? await operation.run(Unseen()) : await operation.run(following(steps))
        if Task.isCancelled { throw .interrupted }
        for record in records {
            if let error = record.outcome.error { throw error }
            guard case .done(let found) = record.outcome else { throw .interrupted }
            state.withLock { $0.compared[record.step.chunk.id] = found }
        }
        return open.count
    }

    /// Which of the chunks were written to, on any of their nodes, since they were compared.
    private func changed(_ chunks: [PromotedChunk]) async throws(ClusterError) -> Set<Int> {
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) -> Set<Int> in
            let records = chunks.compactMap { $0.record(on: node.name) }
            if records.isEmpty { return [] }
            return try await cluster.asking(node) { link throws(ClusterError) in
                let answer = try await cluster.changes(among: records, on: link, of: node.name)
                return answer.changed.union(answer.untold)
            }
        }
        var changed: Set<Int> = []
        for answer in answers {
            if let error = answer.error { throw error }
            changed.formUnion(answer.value ?? [])
        }
        return changed
    }

    /// How often a chunk is read that somebody writes to.
    private static let readings = 3

    /// - Returns: nil where somebody writes to it.
    func compare(_ chunk: SourceChunk) async throws(ClusterError) -> PromotedChunk? {
        var before: [RowDigest] = []
        for _ in 0..<Self.readings {
            let (digests, snapshots, isCompressed) = try await read(chunk)
            if let first = digests.first, digests.allSatisfy({ $0.rows == first.rows && $0.hash == first.hash }) {
                return PromotedChunk(chunk, first, snapshots, isCompressed: isCompressed)
            }
            // Nobody writes, and so they are not the same; or the same was found twice.
            guard !state.withLock({ $0.isHeld }), digests != before else {
                throw ClusterError(
                    "the copies of \(chunk.name.shownName) on \(chunk.nodes.listed) are not the same: all is as it was",
                    remedy: table(chunk).map { "chunk verify \(Quoting.word($0.shownName))" })
            }
            before = digests
        }
        return nil
    }

    private func read(
        _ chunk: SourceChunk
    ) async throws(ClusterError) -> ([RowDigest], [SourceSnapshot], [String: Bool]) {
        let name = table(chunk) ?? chunk.name
        let columns = try await cluster.asking(node) { link throws(ClusterError) in
            try await cluster.send(TargetTable.query(of: name), on: link, node: node.name).records.first
                .flatMap { TargetTable(name, row: $0) }?.columns ?? []
        }
        let reading = nodes.filter { chunk.nodes.contains($0.name) }
        let answers = await cluster.onEach(reading) { other throws(ClusterError) in
            try await cluster.asking(other) { link throws(ClusterError) in
                let reading = ChunkReading(chunk.name, on: other.name, cluster, link)
                let (facts, snapshot) = try await reading.begin()
                // Each has the version of the access node, or it would be no node.
                let hash = RowHash(columns, servers: [capabilities.serverVersion])
                let digest = try await reading.digest(hash, facts).get()
                try await cluster.send("ROLLBACK", on: link, node: other.name)
                return (digest, snapshot, facts.compressed != nil)
            }
        }
        for answer in answers { if let error = answer.error { throw error } }
        let values = answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }
        return (
            values.map(\.1.0), values.map(\.1.1),
            Dictionary(values.map { ($0.0, $0.1.2) }) { first, _ in first }
        )
    }
}
