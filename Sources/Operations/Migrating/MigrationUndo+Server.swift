import ClusterAccess
import MultiNode

/// The way back from another server.
extension MigrationUndo {
    /// Where the new table is on another server: the old one gets its name back.
    func comeBack() async throws(ClusterError) {
        try await transaction { () throws(ClusterError) in
            try await holder.send(SwapGuard.lift(from: migration.aside))
            for statement in TableSwap.comeBack(migration) { try await holder.send(statement) }
        }
    }

    /// From another server: there nobody writes any more, and then the old table gets its name back. Killed in between,
    /// it is as if the cut-over had been killed; this or the cut-over is run again.
    func leaveTarget(_ newRows: NewRows) async throws(ClusterError) -> WrittenSince {
        let written = try await written()
        guard written.isEmpty || newRows == .lose else {
            throw newRows == .refuse ? .wasWritten(migration, written) : .cannotCopyBack
        }
        let server = try await cutover.target.server()
        try await cutover.target.together(
            ["LOCK TABLE \(qualified: migration.target) IN EXCLUSIVE MODE"]
                + SwapGuard.refuseRows(of: migration.target)
                + [DependentPolicy.removal(of: migration.target, server), migration.recordLeaving])
        try await comeBack()
        try await cutover.turnJobsOn()
        return written
    }
}
