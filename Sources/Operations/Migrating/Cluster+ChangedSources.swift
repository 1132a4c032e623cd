import ClusterAccess
import MultiNode
import Postgres

extension Cluster {
    /// Behind the cut-over: the chunks of the old table that are not what was copied from them, by the copies that the access node
    /// reads. Nobody writes there any more, so that one of its nodes was put back to an older state.
    func changedSources(
        of migration: Migration, on target: MigrationTarget
    ) async throws(ClusterError) -> Set<TableName> {
        let survey = try await survey(of: [migration], on: target)
        if let failure = survey.failures.first { throw failure }
        let doubted = survey.pairs.filter {
            $0.source != nil && $0.record?.state == .copied && $0.isChanged != false
        }
        if doubted.isEmpty { return [] }
        let old = try await send(migration.nameNow).records.first.map {
            TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "")
        }
        guard let old,
            let table = try await send(TargetTable.query(of: old)).records.first.flatMap({ TargetTable(old, row: $0) })
        else { return [] }
        let server = try await target.server().serverVersion
        let nodes = try await nodes()
        var changed: Set<TableName> = []
        for pair in doubted {
            guard let source = pair.source, let record = pair.record,
                let name = source.read ?? source.nodes.first, let node = nodes.first(where: { $0.name == name })
            else { continue }
            let isSame = try await asking(node) { link throws(ClusterError) in
                let hash = RowHash(table.columns, servers: [link.info.serverVersion, server])
                return try await isAsCopied(record, isChanged: pair.isChanged, by: hash, on: link, of: name)
            }
            if !isSame { changed.insert(source.name) }
        }
        return changed
    }

    /// - Parameter isChanged: what the node tells without reading; nil where it can't.
    private func isAsCopied(
        _ record: MigratedChunk, isChanged: Bool?, by hash: RowHash, on link: any Link, of node: String
    ) async throws(ClusterError) -> Bool {
        let reading = ChunkReading(record.source, on: node, self, link)
        let digest: RowDigest
        do throws(ClusterError) {
            let (facts, _) = try await reading.begin()
            digest = try await reading.digest(hash, facts).get()
            try await send("ROLLBACK", on: link, node: node)
        } catch {
            // It has not the chunk, though the access node has.
            guard error.kind == .mismatched else { throw error }
            return record.rows == 0
        }
        guard digest.rows == record.rows else { return false }
        guard let checksum = record.checksum, record.formula == hash.formula else { return isChanged != true }
        return digest.hash == checksum
    }
}
