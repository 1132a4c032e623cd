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
    /// - Returns: why some could not be removed; and what had come of chunks that nobody is known to have dropped, which is kept.
    package func removeBegunCopies(
        of tables: [ChunkedTable], over sessions: Int, beginning begin: () -> Void = {}
    ) async throws(ClusterError) -> (errors: [ClusterError], aside: [(node: String, table: KeptTable)]) {
        guard try await capabilities().canNameCopies else { return ([], []) }
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
        let aside = answers.flatMap { answer -> [(node: String, table: KeptTable)] in
            guard case .cleaned(_, let tables)? = answer.value else { return [] }
            return tables.map { (answer.item.destination, $0) }
        }
        return (answers.compactMap(\.error), aside)
    }
}
