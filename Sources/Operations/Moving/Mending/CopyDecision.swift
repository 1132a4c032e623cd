package import MultiNode

/// What is to be decided about copies of a chunk.
package enum CopyDecision: Sendable, Equatable {
    /// A new copy is right if it is equal to the one that it was made from. Then that one is dropped, or stays; else
    /// the new one is dropped.
    case take(from: String, to: String, droppingSource: Bool)
    /// A copy is dropped if the others are equal to it.
    case drop(String, besides: [String])

    /// The nodes whose copies are compared, the one in question first.
    package var nodes: [String] {
        switch self {
        case .take(let source, let destination, _): [destination, source]
        case .drop(let node, let others): [node] + others
        }
    }

    /// The nodes of which one has to keep its copy.
    var staying: [String] {
        switch self {
        case .take(_, let destination, _): [destination]
        case .drop(_, let others): others
        }
    }

    /// The node that has noted what was written to the chunk until now.
    var source: String {
        switch self {
        case .take(let source, _, _): source
        case .drop(let node, _): node
        }
    }

    /// Whether a copy counts from then on, or is read, that did not before. Who has an older view of its node sees no row of it, and
    /// may do worse: TimescaleDB 2.10 to 2.13 compress by an index what the transaction sees, and empty the copy.
    func countsAnother(_ standing: ChunkStanding) -> Bool {
        switch self {
        case .take: true
        case .drop(let node, _): standing.read == nil || standing.read == node
        }
    }

    /// The node whose copy is dropped if the copies are equal; nil where all stay then.
    var dropped: String? {
        switch self {
        case .take(let source, _, let isDropped): isDropped ? source : nil
        case .drop(let node, _): node
        }
    }

    /// Whether no copy is dropped that is right.
    var keepsAll: Bool { dropped == nil }

    /// Whether it is about a new copy.
    var isTaken: Bool { if case .take = self { true } else { false } }

    /// Whether another copy with the same rows also has the status that it must have.
    ///
    /// - Parameters:
    ///   - subject: the status of the copy in question, which a new one has from its source: it tells how rows are read.
    ///     Of copies that were there before each may have been compressed by itself.
    ///   - other: that of the other.
    ///   - keepsStatus: whether a copy gets the status of its source. Where it does not, one that notes no added rows may
    ///     have them all the same, and is read out of order.
    func agrees(
        _ subject: String?, _ other: String?, _ standing: ChunkStanding, keepsStatus: Bool
    ) -> Bool {
        switch self {
        case .take: subject == other && standing.covers(other)
        case .drop:
            ChunkStanding.areAlike(subject, other) && standing.covers(other)
                && (keepsStatus || standing.isNoted(by: other, besides: subject))
        }
    }

    /// What is done when the copies are compared, as a noun.
    ///
    /// - Parameter isEqual: whether they are equal.
    func deed(isEqual: Bool) -> String {
        switch self {
        case .take(let source, _, true) where isEqual: "dropping the copy on \(source)"
        case .take where isEqual: "having open sessions write to the new copy"
        case .take(_, let destination, _): "dropping the new copy on \(destination)"
        case .drop(let node, _): "dropping the copy on \(node)"
        }
    }

    /// - Parameter successor: the node whose copy the access node is to read where it reads the one that is dropped.
    func actionsWhenEqual(for chunk: Chunk, successor: String?, _ capabilities: Capabilities) -> [SQL] {
        func dropping(_ node: String) -> [SQL] {
            (successor.map { [ChunkCopySQL.read(chunk.name, on: $0, insteadOf: node, capabilities)] } ?? [])
                + [ChunkCopySQL.drop(chunk.name, on: node, capabilities)]
        }
        switch self {
        case .take(let source, _, true): return dropping(source)
        case .take: return [ChunkCopySQL.renewWriters(of: chunk.table, id: chunk.tableID, capabilities)]
        case .drop(let node, _): return dropping(node)
        }
    }

    /// - Returns: nil if nothing is done then.
    func actionWhenDifferent(for chunk: Chunk, _ capabilities: Capabilities) -> SQL? {
        switch self {
        case .take(_, let destination, _): ChunkCopySQL.drop(chunk.name, on: destination, capabilities)
        case .drop: nil
        }
    }
}

package enum CopyVerdict: Sendable, Equatable {
    /// The copies are equal, and what was decided for that is done.
    ///
    /// - Parameter held: how long writers waited.
    case equal(rows: Int, held: Duration)
    /// They differ. A new copy is dropped; else nothing is done.
    ///
    /// - Parameter rows: how many rows each has.
    case different(rows: [String: Int])
    /// They differ, and a COPY had waited while the new copy was made: it had looked before where the chunk is, and wrote to
    /// the old copies alone. The new copy is dropped.
    case outrun
    /// They have the same rows, and TimescaleDB has another status for one: it was compressed or decompressed, or rows were
    /// added since. A new copy is dropped; else nothing is done.
    case restated(CopyRestating)
    /// A transaction is prepared on a node, or open, that has written to the chunk. A new copy is dropped; else nothing is
    /// done.
    case written(on: String)
    /// A copy would count, or be read, from then on, of which these open transactions have an older view: rows would be missing
    /// for them. They were open when it was there already, so that no later one has such a view. Nothing is dropped.
    case readBefore([OpenSnapshot])
    /// A copy is not there any more, so that nothing was decided.
    case overtaken
    /// The chunk could not be held behind its copy, for this, or all was undone as the access node had heard nothing for too long:
    /// nothing was decided. The copy that was made meanwhile is begun, or there.
    case unheld(for: String)
    /// The hold would never have ended, and was given back: nothing was decided. A copy that was made meanwhile is begun.
    case givenBack(HoldStandstill)

    /// Whether a new copy is not one of the chunk's then, and goes.
    var isAgainstCopy: Bool {
        switch self {
        case .different, .outrun, .restated, .written: true
        case .equal, .readBefore, .overtaken, .unheld, .givenBack: false
        }
    }
}
