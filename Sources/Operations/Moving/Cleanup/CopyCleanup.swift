package import ClusterAccess
package import MultiNode

/// What cleaning up after a copy or move of a chunk came to.
package enum CopyCleanup: Sendable, Equatable {
    /// What it had left on the nodes is gone, and its record.
    ///
    /// - Parameters:
    ///   - keeping: tables on the destination that are chunks of what is no hypertable of the access node's there any more.
    ///   - aside: tables there with what had come of a chunk that the access node has no more, and that nobody is known to have
    ///     dropped. Nobody can tell whether the rows of either are anywhere else.
    case cleaned(keeping: [TableName] = [], aside: [KeptTable] = [])
    /// The copy that nobody had proved is dropped, and its record is gone.
    ///
    /// - Parameter keeping: the table there with the rows that it had and the copy that it was made from has not; nil for none.
    case undone(keeping: KeptTable? = nil)
    /// There was nothing left of it but its record, which is gone now.
    case forgotten
}

extension Cluster {
    /// How long a cleanup may take where there is no other limit: it waits for a slot as long as a server that has lost its
    /// connection keeps it.
    private static let longestCleanup = Duration.seconds(300)
    /// How often it is begun where the server has ended its session because tscl was silent: frozen, or cut off for a while.
    private static let cleanupAttempts = 3

    /// Cleans up what a copy or move of a chunk has left behind, over a connection of its own. It is safe to repeat.
    ///
    /// No row is lost by it: what counts as a copy of a chunk is dropped only where the access node has the source's copy
    /// too, that node is available, and it says that it has the chunk; and what has come of a chunk that nobody is known to have
    /// dropped is kept in a table.
    ///
    /// - Parameters:
    ///   - copying: as the access node had it before; it is asked for again.
    ///   - isOwnCall: whether the caller has made the call itself and knows that it has ended: the session that it was made
    ///     in may still be open.
    ///   - isOwnCopy: whether this process has made the copy.
    ///   - isClaimed: whether the caller has the chunk to itself already.
    ///   - maxLock: how long writers may wait at once.
    /// - Throws: where it still runs, or a node can't be reached, or there is no telling that nothing would be lost.
    package func cleanUp(
        _ copying: ChunkCopying, isOwnCall: Bool = false, isOwnCopy: Bool = false, isClaimed: Bool = false,
        maxLock: Duration = .seconds(3)
    ) async throws(ClusterError) -> CopyCleanup {
        let capabilities = try await capabilities()
        let own = deadline == nil ? limited(to: Self.longestCleanup) : self
        let nodes = try await own.nodes()
        func once() async throws(ClusterError) -> CopyCleanup {
            try await own.aside { link throws(ClusterError) in
                let cleaner = CopyCleaner(
                    cluster: own, unhurried: self, link: link, capabilities: capabilities, nodes: nodes,
                    maxLock: maxLock)
                return try await cleaner.cleanUp(
                    copying, isOwnCall: isOwnCall, isOwnCopy: isOwnCopy, isClaimed: isClaimed)
            }
        }
        for _ in 1..<Self.cleanupAttempts {
            do throws(ClusterError) {
                return try await once()
            } catch {
                guard error.isOfSilentClient else { throw error }
            }
        }
        return try await once()
    }
}
