/// A chunk as the access node has it, with the records of its copies.
package struct ChunkState: Sendable, Equatable {
    package let standing: ChunkStanding
    /// Also those that are complete.
    package let copyings: [ChunkCopying]

    package init(_ standing: ChunkStanding, _ copyings: [ChunkCopying] = []) {
        self.standing = standing
        self.copyings = copyings
    }

    /// The record of a copy of tscl's that is complete, and that nobody has compared yet; nil where there is none.
    package func unproved(from source: String, to destination: String) -> ChunkCopying? {
        copyings.first {
            $0.isUnproved && $0.stage == "complete" && $0.source == source && $0.destination == destination
        }
    }

    /// Whether nothing of a move is left to do.
    package func isBehind(_ move: ChunkMove) -> Bool {
        let hasSource = standing.nodes.contains(move.source)
        switch move.kind {
        case .drop: return !hasSource
        case .move:
            return !hasSource && has(move.destination)
                && !copyings.contains { $0.isLastUnproved && $0.destination == move.destination }
        case .copy:
            return has(move.destination) && !copyings.contains { $0.isUnproved && $0.destination == move.destination }
        }
    }

    private func has(_ node: String?) -> Bool { node.map { standing.nodes.contains($0) } ?? false }
}
