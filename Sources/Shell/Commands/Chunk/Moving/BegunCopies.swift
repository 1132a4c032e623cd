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
        let (errors, aside) = try await cluster.removeBegunCopies(of: tables, over: sessions, beginning: noteBeginning)
        // After an interrupt some were not removed.
        try Task.checkCancellation()
        return aside.map { KeptTable.told($0.table, on: $0.node) }
            + errors.map {
                "what an earlier run has begun could not be removed, which 'chunk cleanup' does: \($0.summary)"
            }
    }
}
