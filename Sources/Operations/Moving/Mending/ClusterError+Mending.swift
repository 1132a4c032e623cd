import ClusterAccess
import MultiNode

extension ClusterError {
    static func isBeingCopied(_ chunk: Chunk, _ copying: ChunkCopying) -> ClusterError {
        let name = chunk.name.shownName
        return ClusterError(
            copying.isRunning
                ? "\(name) is being copied from \(copying.source) to \(copying.destination)"
                : "a copy of \(name) from \(copying.source) to \(copying.destination) broke off",
            remedy: copying.isRunning
                ? "run it again when that is done" : "'chunk cleanup' removes it; then run it again")
    }

    static func isNowhere(_ chunk: Chunk, _ nodes: [String]) -> ClusterError {
        ClusterError(
            "\(chunk.name.shownName) is on none of the nodes that the access node's catalog has it on: \(nodes.listed)",
            remedy:
                "'check' tells whether one of these is another server than it was; else restore a node from a backup")
    }

    /// - Parameter read: the node whose copy the access node reads, if that is known.
    static func isUndecided(_ chunk: Chunk, _ nodes: [String], read: String?) -> ClusterError {
        var error = ClusterError(
            "each copy of \(chunk.name.shownName) lacks rows that another has: \(nodes.listed)"
                + (read.map { "; the access node reads that on \($0)" } ?? ""),
            remedy:
                "'chunk verify \(Quoting.word(chunk.name.description))' shows which; "
                + "'hypertable repair \(Quoting.word(chunk.table.description)) --keep NODE' takes that of NODE for the right "
                + "one, and keeps the others' rows in a table on their node")
        error.isFinal = true
        return error
    }

    static func isChanging(_ chunk: Chunk, _ nodes: [String]) -> ClusterError {
        ClusterError(
            "the copies of \(chunk.name.shownName) on \(nodes.listed) changed while they were compared, as where a "
                + "transaction in doubt is ended: nothing was dropped",
            remedy: "run it again")
    }

    /// In a version whose copies lose the note that rows were added to a compressed chunk.
    static func isUnordered(_ chunk: Chunk, on node: String) -> ClusterError {
        let name = Quoting.literal(chunk.name.quoted)
        return ClusterError(
            "the copy of \(chunk.name.shownName) on \(node) has all rows, and does not tell that some were added to it since it was "
                + "compressed, as another copy or the access node does: alone it would be read out of order, and nothing was dropped",
            node: node,
            remedy:
                "sql SELECT decompress_chunk(\(name), true); then run it again, and behind it: sql SELECT compress_chunk(\(name), true)"
        )
    }

    static func isTaken(_ chunk: Chunk, on node: String) -> ClusterError {
        ClusterError(
            "on \(node) there is a table \(chunk.name) with rows that is no chunk", node: node,
            remedy:
                "look at it: query --on \(Quoting.word(node)) SELECT * FROM \(chunk.name.quoted) LIMIT 10; "
                + "rename it there, and run it again")
    }
}
