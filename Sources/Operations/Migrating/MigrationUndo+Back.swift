import ClusterAccess
import MultiNode
import Platform

/// The rows that were written since, and those who write while the names are exchanged back.
extension MigrationUndo {
    /// - Throws: where what differs may be no more than what a copy lacks that nobody has compared, or the old table has no
    ///   column for a value.
    func refuseWhatCannotGoBack(_ written: WrittenSince) throws(ClusterError) {
        if !written.isEmpty, !written.otherColumns.isEmpty { throw .hasOtherColumns(written.otherColumns, migration) }
        let count = written.chunks.count { $0.isUncompared && !$0.isOnlyHere }
        if count > 0 { throw .uncompared(count, migration) }
    }

    func copyBack(_ written: WrittenSince) async throws(ClusterError) {
        try refuseWhatCannotGoBack(written)
        let columns = try await holder.send(WrittenChunk.columns(of: migration.source)).records
        let names = columns.compactMap { $0["name"] ?? nil }
        let stored = columns.filter { $0["is_stored"] == "t" }.compactMap { $0["name"] ?? nil }
        for statement in try await copyingBack(written, stored) {
            do throws(ClusterError) {
                try await holder.send(statement)
            } catch {
                throw error.ofCompressedRows(migration)
            }
        }
        for statement in try await copyingBackAggregates(written) { try await holder.send(statement) }
        // Behind all of them: what one puts there another must not take away.
        for chunk in written.chunks {
            let comparison = chunk.comparison(of: migration.source, with: migration.aside, names)
            guard try await holder.send(comparison).records.first?["differs"] == "f"
            else { throw .differsAfterCopy(migration) }
        }
    }

    /// What puts the rows back.
    ///
    /// - Parameter columns: that take values.
    func copyingBack(_ written: WrittenSince, _ columns: [String]) async throws(ClusterError) -> [SQL] {
        let clearing = try await clearing()
        let statements = try clearing.statements(toCopyBack: written.chunks, columns)
        let row = try await cutover.cluster.send(OldTable.query(of: migration)).records.first ?? [:]
        return OldTable(migration, row: row).quietly(
            statements, writing: written.chunks, on: clearing.available.sorted(), cutover.capabilities)
    }

    private func clearing() async throws(ClusterError) -> Clearing {
        let cluster = cutover.cluster
        let chunks = try await cluster.send(OldChunk.list(of: migration)).records.map { OldChunk(row: $0) }
        let available = try await cluster.nodes().filter(\.isAvailable).map(\.name)
        return Clearing(migration, chunks, available: Set(available), try await cluster.capabilities())
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
    private let migration: Migration
    private let chunks: [TableName: OldChunk]
    /// The nodes that are not marked unavailable.
    let available: Set<String>
    private let capabilities: Capabilities

    init(_ migration: Migration, _ chunks: [OldChunk], available: Set<String>, _ capabilities: Capabilities) {
        (self.migration, self.available, self.capabilities) = (migration, available, capabilities)
        self.chunks = Dictionary(chunks.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Puts the rows of chunks of the new table in place of those of the old table.
    ///
    /// - Parameter columns: that take values.
    /// - Throws: where old chunks are compressed, with all of them, or a node's copy of one would keep what is to be replaced.
    func statements(toCopyBack written: [WrittenChunk], _ columns: [String]) throws(ClusterError) -> [SQL] {
        let compressed = compressed(among: written)
        if !compressed.isEmpty { throw .areCompressed(compressed, migration) }
        var statements: [SQL] = []
        for chunk in written { statements += try self.statements(toCopyBack: chunk, columns) }
        return statements
    }

    private func statements(toCopyBack chunk: WrittenChunk, _ columns: [String]) throws(ClusterError) -> [SQL] {
        let insert = chunk.copyBack(into: migration.aside, columns).map { [$0] } ?? []
        // Where the old table has nothing, nothing of it is touched: it may have compressed chunks beside.
        if chunk.compared?.oldRows == 0 { return insert }
        // What the old table has in the range of a chunk that came later is of one that was dropped, which is cleared before.
        if chunk.isNew { return insert }
        guard let old = chunk.old.flatMap({ chunks[$0] }) else {
            return [
                OldChunk.clearing(
                    migration.aside, where: chunk.condition, on: try nodes(of: Array(chunks.values), isWritten: false),
                    capabilities)
            ] + insert
        }
        // A row that is written takes copies out of the catalog that are not available.
        let isWritten = chunk.chunk != nil && chunk.compared?.rows != 0
        return [
            OldChunk.clearing(old.name, on: try nodes(of: [old], isWritten: isWritten), capabilities)
        ] + insert
    }

    /// The compressed ones of the chunks that would be cleared.
    private func compressed(among written: [WrittenChunk]) -> [TableName] {
        let touched = written.filter { $0.compared?.oldRows != 0 && !$0.isNew }
        let all = touched.flatMap { chunk in chunk.old.flatMap { chunks[$0] }.map { [$0] } ?? Array(chunks.values) }
        return Set(all.filter(\.isCompressed).map(\.name)).sorted { $0.quoted < $1.quoted }
    }

    /// - Parameter isWritten: whether rows are written to all of them behind it.
    private func nodes(of chunks: [OldChunk], isWritten: Bool) throws(ClusterError) -> [String] {
        for chunk in chunks {
            let missing = chunk.nodes.filter { !available.contains($0) }
            guard missing.isEmpty || isWritten && missing.count < chunk.nodes.count else {
                throw .lacksNodes(missing, of: chunk.name)
            }
        }
        return Set(chunks.flatMap(\.nodes)).intersection(available).sorted()
    }

    /// How many times as long as the comparison of chunks takes their deletion and insertion, as it was measured on three
    /// data nodes of 2.13.1: 0.5 to 0.9 s, and 2.2 s by the nodes for 60 000 rows.
    static let writing = 4.0
}
