package import ClusterAccess
import MultiNode
import Postgres

/// Rows of the copy that are nowhere else: somebody has put them there, or the source has lost them.
extension MigrationUndo {
    /// Whether there are any, or a continuous aggregate there that has some, before the cut-over.
    package func hasAddedRows() async throws(ClusterError) -> Bool {
        let target = cutover.target
        guard try await target.newTable(of: migration, as: migration.target).isMade else { return false }
        if try await !cutover.unmakableThere().isEmpty { return true }
        if try await !cutover.cluster.lackingSources(of: migration, on: target).isEmpty { return true }
        return try await !target.reading { ask throws(ClusterError) in try await added(ask) }.isEmpty
    }

    /// - Parameter ask: the server of the copy, in a transaction.
    /// - Throws: where there are any, with the chunks that have them.
    func refuseAdded(_ ask: MigrationTarget.Ask) async throws(ClusterError) {
        let found = try await added(ask)
        if !found.isEmpty { throw .hasAddedRows(found, migration, cutover.target) }
    }

    /// The chunks that have more rows than were copied, with how many more; nil where nothing was copied to it.
    private func added(
        _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> [(chunk: TableName, rows: Int?)] {
        _ = try await ask(AllRows.ofTransaction)
        let records = try await ask(MigratedChunk.list(of: [migration.sourceID], ofCluster: migration.cluster))
            .map { MigratedChunk(row: $0) }
        var found: [(chunk: TableName, rows: Int?)] = []
        for record in records {
            guard let target = record.target, let question = TargetLook.added(to: record) else { continue }
            let more = try await ask(question).first.flatMap { ($0["added"] ?? nil).flatMap { Int($0) } } ?? 0
            if more > 0 { found.append((target, more)) }
        }
        for stray in try await ask(StrayChunk.list(of: migration)).map({ StrayChunk.name(row: $0) }) {
            if try await ask(StrayChunk.hasRows(stray)).first?["found"] == "t" { found.append((stray, nil)) }
        }
        return found
    }
}

extension ClusterError {
    fileprivate static func hasAddedRows(
        _ found: [(chunk: TableName, rows: Int?)], _ migration: Migration, _ target: MigrationTarget
    ) -> ClusterError {
        let told = found.prefix(3).map { chunk, rows in
            rows.map { "\($0) more than were copied in \(chunk.shownName)" } ?? "those in \(chunk.shownName)"
        }
        let more = found.count > 3 ? ", and in \(found.count - 3) more" : ""
        let name = Quoting.word(migration.source.shownName)
        return ClusterError(
            "\(migration.target.shownName) has rows that were not copied there, and are nowhere else: \(told.joined(separator: ", "))\(more); the copy stays",
            node: target.node,
            remedy:
                "look at them there; 'migrate undo \(name) --lose-new-rows' drops them with it")
    }
}
