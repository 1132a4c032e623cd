import ClusterAccess
import MultiNode
import Operations

extension CommandContext {
    /// Removes what runs that were killed have begun, so that the plan is made from what counts.
    ///
    /// - Parameter sessions: how many of the access node's there may be at once.
    /// - Returns: what to tell of it.
    func removeBegunCopies(of tables: [ChunkedTable], over sessions: Int) async throws -> [String] {
        if settings.dryRun { return [] }
        let begun = try await cluster.removeBegunCopies(of: tables, over: sessions, beginning: noteBeginning)
        // After an interrupt some were not removed.
        try Task.checkCancellation()
        let undone = begun.undone.flatMap { copying, kept in
            [
                "a copy of \(copying.chunk?.shownName ?? "a chunk") on \(copying.destination) that an earlier run had begun, and that nobody "
                    + "had proved, is removed"
            ] + (kept.map { [KeptTable.told($0, of: copying)] } ?? [])
        }
        return undone + begun.aside.map { KeptTable.told($0.table, on: $0.node) }
            + begun.errors.map {
                "what an earlier run has begun could not be removed, which 'chunk cleanup' does: \($0.summary)"
            }
    }
}
