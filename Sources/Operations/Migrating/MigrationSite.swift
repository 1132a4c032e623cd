package import ClusterAccess
package import MultiNode

/// Where the chunks of a migration are copied: the cluster and the target, or a model of both.
package protocol MigrationSite: Sendable {
    /// Copies a chunk from a node and proves the copy, in one transaction of the target with what is recorded of it.
    ///
    /// - Parameters:
    ///   - before: what was recorded when the copy was decided on. Where something else is recorded by now, another one has
    ///     copied the chunk meanwhile.
    ///   - readsFirst: whether the node may have what was copied, which its rows tell: then nothing is copied.
    ///   - reached: is told now and then how far it is.
    func copy(
        _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, readsFirst: Bool,
        reached: @escaping @Sendable (TransferStage) -> Void
    ) async throws(ClusterError) -> CopyAnswer

    /// Whether the source still has a chunk.
    func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool

    /// Drops the copy of a chunk that the source has no more, and its record.
    func remove(_ chunk: MigratedChunk) async throws(ClusterError)

    /// Drops a chunk of the target that nobody has copied.
    ///
    /// - Throws: where there are rows in it.
    func clear(_ stray: TableName) async throws(ClusterError)

    /// What is recorded of a chunk; nil where nothing is.
    func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk?

    /// Records why a chunk could not be copied.
    func note(_ error: ClusterError, of chunk: Int) async
}

/// How far the copy of a chunk is.
package enum TransferStage: Sendable, Equatable {
    /// So many bytes have gone over.
    case moved(Int)
    /// All rows have.
    case filled
    /// Both sides are the same; what is left is to make its indexes.
    case proved

    /// The part of the work that is behind, from 0 to 1: rows go over in a third of the time, and the indexes take as long.
    ///
    /// - Parameter bytes: that the source has on its disk.
    package func fraction(of bytes: Int64) -> Double {
        switch self {
        case .moved(let count): 0.35 * min(1, Double(count) / Double(max(1, bytes)))
        case .filled: 0.35
        case .proved: 0.6
        }
    }
}

/// What came of the wish to copy a chunk.
package enum CopyAnswer: Sendable, Equatable {
    case copied(CopiedChunk)
    /// The node has what was copied.
    case same
    /// Another one has copied it meanwhile.
    case found
    /// Another one is at it.
    case taken
}

/// What came of a chunk.
package struct CopiedChunk: Sendable, Equatable {
    package let name: TableName
    /// That it was read from.
    package let node: String
    package let rows: Int
    /// That went over.
    package let bytes: Int
    /// Whether its rows went over as they are compressed.
    package let wasCarried: Bool
    /// What the copy before had, and that node has not; nil where it has all of it.
    package let kept: KeptTable?

    package init(
        name: TableName, node: String, rows: Int, bytes: Int, wasCarried: Bool = false, kept: KeptTable? = nil
    ) {
        self.kept = kept
        self.name = name
        self.node = node
        self.rows = rows
        self.bytes = bytes
        self.wasCarried = wasCarried
    }
}
