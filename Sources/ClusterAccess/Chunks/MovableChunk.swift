package import MultiNode

/// A chunk that may be moved.
package struct MovableChunk: Sendable {
    /// With the copies that count: not those that nobody has proved.
    package let chunk: Chunk
    /// From where to where a copy of tscl's was begun that is not ended.
    package let begun: [(source: String, destination: String)]

    init(_ chunk: Chunk, _ copyings: [ChunkCopying]) {
        let own = copyings.filter(\.isOwn)
        let unproved = own.filter(\.isUnproved)
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
        let copyings = try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }
        let byChunk = Dictionary(grouping: copyings, by: \.chunkID)
        return chunks.map { MovableChunk($0, byChunk[$0.id] ?? []) }
    }
}
