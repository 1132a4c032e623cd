import ClusterAccess
import MultiNode
import Platform

/// The rows that were written since, and those who write while the names are exchanged back.
extension MigrationUndo {
    /// - Throws: where what differs may be no more than what a copy lacks that nobody has compared.
    func refuseUncompared(_ written: WrittenSince) throws(ClusterError) {
        let count = written.chunks.count(where: \.isUncompared)
        if count > 0 { throw .uncompared(count, migration) }
    }

    func copyBack(_ written: WrittenSince) async throws(ClusterError) {
        try refuseUncompared(written)
        let columns = try await holder.send(WrittenChunk.columns(of: migration.source)).records
        let names = columns.compactMap { $0["name"] ?? nil }
        let stored = columns.filter { $0["is_stored"] == "t" }.compactMap { $0["name"] ?? nil }
        let clearing = try await clearing()
        for chunk in written.chunks {
            do throws(ClusterError) {
                let statements = chunk.copyBack(
                    into: migration.aside, stored, clearing: clearing.nodes(for: chunk),
                    try await cutover.cluster.capabilities())
                for statement in statements { try await holder.send(statement) }
            } catch {
                throw error.ofCompressedRows(migration)
            }
            guard try await holder.send(chunk.comparison(with: migration.aside, names)).records.first?["differs"] == "f"
            else { throw .differsAfterCopy(migration) }
        }
    }

    func clearing() async throws(ClusterError) -> Clearing {
        let cluster = cutover.cluster
        let rows = try await cluster.send(WrittenChunk.nodes(of: migration)).records
        let found = Set(rows.compactMap { $0["node"] ?? nil })
        let available = try await cluster.nodes().filter { $0.isAvailable && found.contains($0.name) }.map(\.name)
        let compressed = try await cluster.send(WrittenChunk.compressed(of: migration)).records
            .map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") }
        return Clearing(
            available: available, isWhole: available.count == found.count,
            hasCopies: rows.first?["has_copies"] == "t", compressed: Set(compressed))
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

/// How chunks of the old table are cleared for what is copied back.
struct Clearing: Sendable {
    /// The nodes of the table that take part in what is written to it, and whether these are all.
    let available: [String]
    let isWhole: Bool
    /// Whether chunks have several copies: the access node would find the rows of all by their places in one.
    let hasCopies: Bool
    /// What the access node refuses to delete from, and a node would not.
    let compressed: Set<TableName>

    /// The nodes that clear a chunk themselves; none where the access node does.
    func nodes(for chunk: WrittenChunk) -> [String] {
        if hasCopies { return available }
        guard isWhole, let old = chunk.old, !compressed.contains(old) else { return [] }
        return available
    }

    /// How many times as long as the comparison of these chunks takes their deletion and insertion, as it was measured on three
    /// data nodes of 2.13.1: 0.5 to 0.9 s, 2.2 s by the nodes and 12.9 s through the access node for 60 000 rows.
    func writing(_ chunks: [WrittenChunk]) -> Double {
        let slow = chunks.count { $0.old != nil && nodes(for: $0).isEmpty }
        return 4 + 16 * Double(slow) / Double(max(1, chunks.count))
    }
}
