import ClusterAccess
import MultiNode
import Platform

/// The rows that were written since, and those who write while the names are exchanged back.
extension MigrationUndo {
    /// - Parameter began: when those that write began to wait.
    func copyBack(
        _ written: WrittenSince, since began: ContinuousClock.Instant
    ) async throws(ClusterError) {
        let columns = try await holder.send(WrittenChunk.columns(of: migration.source)).records
        let names = columns.compactMap { $0["name"] ?? nil }
        let stored = columns.filter { $0["is_stored"] == "t" }.compactMap { $0["name"] ?? nil }
        let nodes = try await nodesToClear()
        for chunk in written.chunks {
            do throws(ClusterError) {
                let statements = chunk.copyBack(
                    into: migration.aside, stored, clearing: nodes, try await cutover.cluster.capabilities())
                for statement in statements { try await holder.send(statement) }
            } catch {
                throw error.ofCompressedRows(migration)
            }
            guard try await holder.send(chunk.comparison(with: migration.aside, names)).records.first?["differs"] == "f"
            else { throw .differsAfterCopy(migration) }
            try check(began)
        }
    }

    /// The nodes that have several copies of the old table's chunks, and take part in what is written to them.
    func nodesToClear() async throws(ClusterError) -> [String] {
        let cluster = cutover.cluster
        let found = Set(
            try await cluster.send(WrittenChunk.nodesOfCopies(of: migration)).records.compactMap { $0["node"] ?? nil })
        if found.isEmpty { return [] }
        return try await cluster.nodes().filter { $0.isAvailable && found.contains($0.name) }.map(\.name)
    }

    /// COPY that waited goes on in the plain table whose name it asked for before; when nobody does that any more, the
    /// trigger that refuses it can go. It stays where it takes too long: the next cut-over takes it off.
    func liftGuard(from table: TableName, behind waiting: [(pid: String, began: String)]) async {
        let end = ContinuousClock.now + .seconds(5)
        do throws(ClusterError) {
            while !waiting.isEmpty, ContinuousClock.now < end,
                try await cutover.cluster.send(CutoverHold.isAtWork(waiting)).value == "t"
            { try await cutover.pause() }
            if ContinuousClock.now < end { try await cutover.cluster.send(SwapGuard.lift(from: table)) }
        } catch {
            // It refuses rows of a table that nobody should write to.
        }
    }
}
