/// How what a copy or move of a chunk has left behind is cleaned up. Each of these is safe to repeat.
package enum CopyCleaning: Sendable, Equatable {
    /// Nothing is left but its record.
    case forget
    /// The destination's copy is one of the chunk's already, and nobody has proved it: it is dropped, and then the record.
    case undo
    /// TimescaleDB's own cleanup does it.
    case clean
    /// TimescaleDB's own cleanup can't, or would drop too much: each leftover is dropped on its node.
    case byHand
    /// Somebody else's copy is complete. Its record goes where both copies are equal.
    case compare
    /// What the destination has may be all that is left of the chunk, and only a person can tell who looks at its source.
    case keep
}

extension ChunkCopying {
    /// - Parameter nodes: the names of the data nodes that there are.
    package func cleaning(among nodes: Set<String>) -> CopyCleaning {
        if stage == "init" { return .forget }
        // The destination may have got it as a chunk when the access node had dropped it already.
        if chunk == nil { return .byHand }
        switch stage {
        case "complete", "delete_chunk":
            // The cleanup of `delete_chunk` would drop the only copy.
            // The copy that it was made from may be gone; then the others tell.
            if isUnproved { return isOnSource ? .undo : .compare }
            if isLastUnproved { return nodes.contains(source) ? .keep : .forget }
            if isOrphaned { return .byHand }
            return stage == "complete" && isOnSource && isOnDestination ? .compare : .forget
        case "attach_chunk", "attach_compressed_chunk":
            if isOnSource { return isOnDestination ? .undo : .byHand }
            guard isOnDestination else { return .byHand }
            if otherCopies > 0 { return .compare }
            // Without the table of its compressed rows the copy is not attached wholly.
            guard stage == "attach_chunk", compressedTable != nil else { return .forget }
            // Where there is nothing to compare it with any more the table is kept aside.
            return nodes.contains(source) ? .keep : .byHand
        default:
            let isWhole = nodes.contains(source) && nodes.contains(destination)
            // A copy that is there all the same is another operation's. The name is not quoted by the cleanup.
            return isWhole && !isOnDestination && compressedTable.map(Self.isPlain) ?? true ? .clean : .byHand
        }
    }

    /// Whether the chunk is gone from the access node's catalog together with the node that it was copied from, as where that
    /// was lost and given up: what has come to the destination may be all that is left of its rows. Where a node has got that
    /// name again it may be so as well: ``isDroppedThere`` tells.
    ///
    /// - Parameter nodes: the names of the data nodes that there are.
    package func isOfLostSource(among nodes: Set<String>) -> Bool { chunk == nil && !nodes.contains(source) }

    /// Whether the access node has its copy as one no more, and the node may have it still: its registration went as
    /// others wrote while the node was marked unavailable. Another copy to that node would fail.
    package var isOrphaned: Bool {
        guard chunk != nil, isOnSource, !isOnDestination else { return false }
        switch stage {
        case "attach_chunk", "attach_compressed_chunk": return true
        case "complete", "delete_chunk": return isOwn && !isMove
        default: return false
        }
    }

    /// The nodes on which something of it may be left.
    ///
    /// - Parameter nodes: the names of the data nodes that there are.
    package func places(of cleaning: CopyCleaning, among nodes: Set<String>) -> [String] {
        switch cleaning {
        case .forget, .compare, .keep: []
        case .clean where ["create_empty_chunk", "create_empty_compressed_chunk"].contains(stage): [destination]
        case .undo, .clean, .byHand: [source, destination].filter(nodes.contains)
        }
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_".utf8.contains($0) }
    }

    // MARK: On the access node

    /// TimescaleDB's own cleanup. At the stages `init` and `complete` it only removes the record.
    package var cleanup: SQL { "CALL timescaledb_experimental.cleanup_copy_chunk_operation(\(operation))" }

    /// Deletes the record, and nothing else; it takes a superuser.
    package var forgetting: SQL {
        """
        DELETE FROM _timescaledb_catalog.chunk_copy_operation
         WHERE operation_id = \(operation, type: "name") AND completed_stage = \(stage, type: "name")
        """
    }

    /// Whether ``cleanup`` only removes the record.
    package var cleanupOnlyForgets: Bool { stage == "init" || stage == "complete" }

    /// The statements of the transaction that drops the destination's copy.
    package func undoing(_ capabilities: Capabilities, lockWithin limit: Duration) -> CopyUndoing? {
        guard let chunk, let table else { return nil }
        return CopyUndoing(
            chunk: chunk, table: table, node: destination, capabilities, lockWithin: limit)
    }
}
