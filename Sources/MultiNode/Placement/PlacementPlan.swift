/// One thing that is done with a copy of a chunk.
package struct ChunkMove: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The copy at the source is dropped when the one at the destination is there.
        case move
        /// The copy at the source stays.
        case copy
        /// The copy at the source is dropped, and there is no destination.
        case drop
    }

    package enum Reason: String, Sendable {
        /// The source holds more than the destination.
        case levels
        /// The source, or a node that can't be copied from, is to be empty.
        case drains
        /// The chunk has too few copies.
        case repairs
        /// There are enough copies elsewhere.
        case isSpare
        /// Somebody wants it so.
        case isAsked
    }

    /// From where to where, which many moves have alike.
    final class Way: Sendable, Equatable {
        let source: String
        let destination: String?

        init(from source: String, to destination: String?) { (self.source, self.destination) = (source, destination) }

        static func == (first: Way, second: Way) -> Bool {
            first.source == second.source && first.destination == second.destination
        }
    }

    private let way: Way
    package let bytes: Int64
    private let ownChunk: Int32
    package let kind: Kind
    package let reason: Reason

    /// - Parameters:
    ///   - chunk: in the catalog of the access node.
    ///   - bytes: of the copy at the source; 0 where they are not known.
    package init(
        _ kind: Kind, _ chunk: Int, from source: String, to destination: String?, bytes: Int64, _ reason: Reason
    ) {
        self.init(kind, chunk, Way(from: source, to: destination), bytes: bytes, reason)
    }

    init(_ kind: Kind, _ chunk: Int, _ way: Way, bytes: Int64, _ reason: Reason) {
        self.kind = kind
        ownChunk = Int32(clamping: chunk)
        self.way = way
        self.bytes = bytes
        self.reason = reason
    }

    /// Whether it is all there is to do that the source has its copy no more, wherever that went.
    package var onlyLeaves: Bool { kind == .move && (reason == .drains || reason == .levels) }

    /// The number of the chunk.
    package var chunk: Int { Int(ownChunk) }
    package var source: String { way.source }
    package var destination: String? { way.destination }

    /// Whether the chunk has another copy besides the new one, once it is done.
    package func hasSeveralCopies(of chunk: Chunk) -> Bool { kind == .copy || kind == .move && chunk.nodes.count > 1 }
}

/// What is to be done, in this order, and what can't be.
package struct PlacementPlan: Sendable {
    /// A chunk for which nothing can be done.
    package struct Stuck: Sendable, Equatable {
        package enum Reason: String, Sendable {
            /// No other available node takes chunks of the hypertable.
            case noTaker
            /// Each node that takes chunks of it has a copy, or is on the server of one.
            case noPlace
            /// No copy is on an available node.
            case noSource
        }

        package let chunk: Int
        package let reason: Reason

        package init(chunk: Int, reason: Reason) {
            self.chunk = chunk
            self.reason = reason
        }
    }

    /// The part of a hypertable that its nodes can't aggregate by themselves any more, because its chunks part.
    package struct PartedSlice: Sendable, Hashable {
        package let table: Int
        package let slice: Int

        package init(table: Int, slice: Int) {
            self.table = table
            self.slice = slice
        }
    }

    package internal(set) var moves: [ChunkMove] = []
    package internal(set) var stuck: [Stuck] = []
    package internal(set) var parted: Set<PartedSlice> = []
    /// What each node holds before and behind it, in the measure that is levelled.
    package internal(set) var before: [String: Int64] = [:]
    package internal(set) var after: [String: Int64] = [:]
    /// Whether the nodes that can be levelled are, to the threshold. Where whole slices are too large for it, they are not.
    package internal(set) var isLevel = true

    package var bytes: Int64 { moves.reduce(0) { $0 + ($1.kind == .drop ? 0 : $1.bytes) } }
}
