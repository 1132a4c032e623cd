package import ClusterAccess
package import MultiNode

extension Cluster {
    /// Removes what runs of tscl that were killed have begun and not ended: a copy that nobody has compared may lack rows,
    /// and is read. A copy of a chunk that was dropped meanwhile, of whatever table, keeps rows of its time from being
    /// inserted. A copy whose session still exists is let be.
    ///
    /// - Parameters:
    ///   - tables: of whose chunks.
    ///   - sessions: how many of the access node's there may be at once, the command's own among them.
    ///   - begin: is called before something is changed.
    package func removeBegunCopies(
        of tables: [ChunkedTable], over sessions: Int, beginning begin: () -> Void = {}
    ) async throws(ClusterError) -> BegunCopies {
        guard try await capabilities().canNameCopies else { return BegunCopies() }
        let names = Set(tables.map(\.table))
        var begun = try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }.filter { copying in
            copying.isOwn && !copying.isRunning && copying.table.map { names.contains($0) } ?? true
        }
        // What has come over from a node that is gone may be all that is left: only who asks for it has that looked at.
        if begun.contains(where: { $0.chunk == nil }) {
            let nodes = Set(try await nodes().map(\.name))
            begun.removeAll { $0.isOfLostSource(among: nodes) }
        }
        if !begun.isEmpty { begin() }
        let parallel = max(1, sessions - 1)
        let answers = await sideBySide(begun, named: \.operation, parallel: min(4, parallel), patience: nil) {
            copying throws(ClusterError) in
            try await cleanUp(copying, isOwnCall: false)
        }
        var found = BegunCopies(errors: answers.compactMap(\.error))
        for answer in answers {
            switch answer.value {
            case .cleaned(_, let tables)?: found.aside += tables.map { (answer.item.destination, $0) }
            case .undone(let kept)?: found.undone.append((answer.item, kept))
            case .forgotten?, nil: break
            }
        }
        return found
    }
}

/// What has become of copies that runs of tscl have begun and not ended.
package struct BegunCopies: Sendable {
    /// Why some could not be removed.
    package var errors: [ClusterError] = []
    /// What had come to nodes of chunks that nobody is known to have dropped, and is kept there.
    package var aside: [(node: String, table: KeptTable)] = []
    /// The copies that were dropped, as nobody had proved them, with the table on their node in which rows are kept that they alone
    /// had.
    package var undone: [(copying: ChunkCopying, kept: KeptTable?)] = []
}
