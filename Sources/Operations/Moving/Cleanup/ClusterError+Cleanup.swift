import ClusterAccess
import MultiNode

/// Why a copy of a chunk is not cleaned up.
extension ClusterError {
    static func running(_ copying: ChunkCopying) -> ClusterError {
        ClusterError(
            "\(copying.operation) still runs, in the process \(copying.backendPID) of the access node, or its copy is being compared",
            remedy: "wait for its end, or end it: 'sql SELECT pg_cancel_backend(\(copying.backendPID))'; "
                + "'chunk cleanup \(Quoting.word(copying.operation))' then cleans up what is left")
    }

    static func copiedBy(_ other: ChunkCopying, besides copying: ChunkCopying) -> ClusterError {
        ClusterError(
            "\(other.operation) works on the same chunk now, and what \(copying.operation) has left could be in use",
            remedy: "wait for its end; then chunk cleanup \(Quoting.word(copying.operation))")
    }

    static func claimed(_ copying: ChunkCopying) -> ClusterError {
        ClusterError(
            "another tscl works on the same chunk now, and what \(copying.operation) has left could be in use",
            remedy: "wait for its end; then chunk cleanup \(Quoting.word(copying.operation))")
    }

    /// connection_exception: appendix A of the PostgreSQL manual.
    var isOfDownNode: Bool { sqlstate?.hasPrefix("08") == true }

    static func down(_ node: String, _ copying: ChunkCopying, because reason: String?) -> ClusterError {
        var error = ClusterError(
            "\(node) does not answer, so what \(copying.operation) has left there stays"
                + (reason.map { ": \($0)" } ?? ""),
            kind: .connectionFailed, node: node,
            remedy:
                "when it is back, 'chunk cleanup \(Quoting.word(copying.operation))' goes on; where it is gone for good: "
                + "'node abandon \(Quoting.word(node)) --lose-data'")
        error.sqlstate = "08001"
        return error
    }

    static func slotIsActive(_ copying: ChunkCopying, pid: String) -> ClusterError {
        var error = ClusterError(
            "the process \(pid) on \(copying.source) still sends from the slot of \(copying.operation)",
            node: copying.source,
            remedy:
                "it ends with its connection, or when wal_sender_timeout has passed there; then chunk cleanup "
                + Quoting.word(copying.operation))
        error.sqlstate = "55006"
        return error
    }

    static func onlyCopy(_ copying: ChunkCopying) -> ClusterError {
        if copying.isLastUnproved {
            let name = copying.chunk?.shownName ?? "the chunk"
            return ClusterError(
                "the copy of \(name) on \(copying.destination) is the only one left, and was never compared with that on \(copying.source), which may have rows that it lacks",
                remedy:
                    "look on \(copying.source) before 'node enable \(Quoting.word(copying.source))', which drops its copy: query --on "
                    + "\(Quoting.word(copying.source)) SELECT count(*) FROM \(copying.chunk?.quoted ?? "…"); then sql CALL "
                    + "timescaledb_experimental.cleanup_copy_chunk_operation(\(Quoting.literal(copying.operation)))")
        }
        return ClusterError(
            "\(copying.source) has no copy of \(copying.chunk?.shownName ?? "the chunk") any more, and that of \(copying.operation) on \(copying.destination) is not attached wholly: nothing of it is dropped",
            remedy:
                "the compressed rows are in _timescaledb_internal.\(copying.compressedTable ?? "") on \(copying.destination): save them first"
        )
    }

    static func onlySuperuserForgets(_ copying: ChunkCopying) -> ClusterError {
        var error = ClusterError(
            "all that \(copying.operation) had left is gone, but for its record, which only a superuser may delete",
            remedy: "as a superuser: chunk cleanup \(Quoting.word(copying.operation))")
        error.sqlstate = "42501"
        return error
    }

    static func sourceIsUnavailable(_ copying: ChunkCopying) -> ClusterError {
        ClusterError(
            "the copy on \(copying.destination) stays, for \(copying.source), which has the other, is marked unavailable",
            node: copying.source,
            remedy:
                "node enable \(Quoting.word(copying.source)); then chunk cleanup \(Quoting.word(copying.operation))")
    }

    static func destinationHasChunk(_ copying: ChunkCopying) -> ClusterError {
        let chunk = copying.chunk?.shownName ?? "the chunk"
        return ClusterError(
            "\(copying.destination) has \(chunk) as a chunk, though behind the stage '\(copying.stage)' it can have none: "
                + "the access node's catalog is older than the node, as where it was restored; nothing is dropped",
            node: copying.destination,
            remedy:
                "'check' tells what else differs; the rows are there: query --on \(Quoting.word(copying.destination)) "
                + "SELECT count(*) FROM \(copying.chunk?.quoted ?? "…")")
    }

    static func sourceLacksChunk(_ copying: ChunkCopying) -> ClusterError {
        ClusterError(
            "the copy on \(copying.destination) stays, for \(copying.source) has no \(copying.chunk?.shownName ?? "such chunk"), though the access node's catalog has it there",
            node: copying.source,
            remedy: copying.table.map { "hypertable repair \(Quoting.word($0.description))" } ?? "check")
    }
}
