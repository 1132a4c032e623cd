/// What makes the copies of a chunk, and the access node, agree on whether it is compressed.
///
/// TimescaleDB compresses and decompresses a chunk on all nodes at once. Where that was done on one node alone, it does neither
/// any more ("inconsistent result from data node"), and no copy of the chunk can be proved.
package struct CopyAlignment: Sendable, Equatable {
    /// The nodes of the copies that are compressed otherwise than those that stay, in order. They have the same rows.
    package let dropped: [String]
    /// What the access node is to note: whether the chunk is compressed; nil where it has it so.
    package let noting: Bool?

    private init(dropped: [String] = [], noting: Bool? = nil) {
        (self.dropped, self.noting) = (dropped, noting)
    }

    /// Nothing is to be done.
    package static let none = CopyAlignment()

    package var isNeeded: Bool { self != .none }

    /// The copies that are as the access node has the chunk stay, where there are such.
    ///
    /// - Parameters:
    ///   - statuses: of copies with the same rows, by node.
    ///   - keep: the node whose copy is to stay.
    ///   - keepsStatus: whether a copy gets the status of its source. Where it does not, none can be made of a compressed one to
    ///     which rows were added, and one that is not compressed stays.
    package init(
        _ standing: ChunkStanding, _ statuses: [String: String?], keeping keep: String? = nil, keepsStatus: Bool
    ) {
        let states = statuses.compactMapValues(ChunkStanding.isCompressed)
        guard let own = ChunkStanding.isCompressed(standing.status), states.count == statuses.count, !states.isEmpty
        else {
            // A version that does not know.
            self = .none
            return
        }
        let hasAddedRows = standing.notesAddedRows || statuses.values.contains(where: ChunkStanding.notesAddedRows)
        let stays: Bool
        if let kept = keep.flatMap({ states[$0] }) {
            stays = kept
        } else if !keepsStatus, hasAddedRows, states.values.contains(false) {
            stays = false
        } else {
            stays = states.values.contains(own) ? own : !own
        }
        self.init(
            dropped: states.filter { $0.value != stays }.keys.sorted(), noting: stays == own ? nil : stays)
    }

    /// The same as far as it is known before the statuses are read.
    ///
    /// - Parameter right: the nodes of copies with the same rows.
    package init(_ states: CompressionStates, of right: [String], keeping keep: String? = nil) {
        func status(_ isCompressed: Bool) -> String { isCompressed ? "1" : "0" }
        let standing = ChunkStanding(nodes: right, status: states.onAccessNode.map(status), owner: "")
        let statuses = right.map { ($0, states.copies[$0].map(status)) }
        self.init(standing, Dictionary(statuses) { $1 }, keeping: keep, keepsStatus: true)
    }

    /// For the access node, once all copies are so: has it note whether the chunk is compressed. No row is touched.
    package static func note(
        _ isCompressed: Bool, of chunk: TableName, _ capabilities: Capabilities
    ) -> SQL {
        let function = capabilities.function(isCompressed ? "compress_chunk" : "decompress_chunk")
        return "SELECT \(raw: function)(\(literal: chunk.quoted)::pg_catalog.regclass, true)"
    }
}
