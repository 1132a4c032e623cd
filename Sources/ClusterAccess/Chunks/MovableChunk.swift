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
    /// The chunks, with the copies that count.
    package func counting(_ chunks: [Chunk]) async throws(ClusterError) -> [Chunk] {
        guard try await capabilities().canNameCopies, !chunks.isEmpty else { return chunks }
        let copyings = try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }
        let unproved = copyings.filter { $0.isOwn && $0.isUnproved }
        if unproved.isEmpty { return chunks }
        let destinations = Dictionary(unproved.map { ($0.chunkID, Set([$0.destination])) }) { $0.union($1) }
        return chunks.map { chunk in destinations[chunk.id].map { chunk.without($0) } ?? chunk }
    }

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
