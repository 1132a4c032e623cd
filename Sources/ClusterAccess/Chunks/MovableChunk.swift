package import MultiNode

/// A chunk that may be moved.
package struct MovableChunk: Sendable {
    /// With the copies that count: not those that nobody has proved.
    package let chunk: Chunk
    /// From where to where a copy of tscl's was begun that is not ended.
    package let begun: [(source: String, destination: String)]

    init(_ chunk: Chunk, _ copyings: [ChunkCopying]) {
        let own = copyings.filter { ChunkCopyName.isOwn($0.operation) }
        // Where the source is gone, the copy was decided about, and only its record is left.
        let unproved = own.filter { $0.isUnproved && chunk.nodes.contains($0.source) }
        self.chunk = chunk.without(Set(unproved.map(\.destination)))
        begun = own.map { ($0.source, $0.destination) }
    }
}

extension Cluster {
    /// The chunks with the copies that count.
    package func movable(_ chunks: [Chunk]) async throws(ClusterError) -> [MovableChunk] {
        guard try await capabilities().canNameCopies, !chunks.isEmpty else {
            return chunks.map { MovableChunk($0, []) }
        }
        let records = try await send(ChunkCopying.listWithComplete).records
        let copyings = Dictionary(grouping: records.map { (Int($0["chunk"].flatMap { $0 } ?? "") ?? 0, $0) }, by: \.0)
        return chunks.map { chunk in
            MovableChunk(chunk, (copyings[chunk.id] ?? []).map { ChunkCopying(row: $0.1) })
        }
    }
}
