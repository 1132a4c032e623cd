import ClusterAccess
import MultiNode
import Postgres

/// That the node is what it was when it was promoted.
extension PromotionUndo {
    /// - Throws: where the node was written to, or its tables are not those that the access node knows.
    func refuseChanges(on link: any Link) async throws(ClusterError) {
        let copies = try await cluster.send(PromotionStore.chunks).records.map { PromotedCopy(row: $0) }
        let written = try await written(copies, on: link)
        guard written.isEmpty else {
            throw ClusterError(
                "\(record.node) was written to since it is on its own (\(written.prefix(3).joined(separator: ", "))), and the other nodes have nothing of that: all is as it was",
                node: record.node,
                remedy:
                    "keep it as it is, with 'migrate finish all --drop-old'; or take back there what was written since"
            )
        }
        let changes = try await cluster.send(PromotedDefinition.changes(record), on: link, node: record.node).records
        if changes.isEmpty { return }
        let told = changes.prefix(5).map { row in
            "\((row["item"] ?? nil) ?? "") \(row["is_new"] == "t" ? "is new" : "is gone")"
        }
        let more = changes.count > told.count ? "; and \(changes.count - told.count) more" : ""
        throw ClusterError(
            "the tables of \(record.node) were changed since it is on its own, and the access node does not know that (\(told.joined(separator: "; "))\(more)): all is as it was",
            node: record.node,
            remedy: "change them back there; or keep it as it is, with 'migrate finish all --drop-old'")
    }

    /// The chunks that are not what they were when the node was promoted.
    private func written(_ copies: [PromotedCopy], on link: any Link) async throws(ClusterError) -> [String] {
        func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await cluster.send(sql, on: link, node: record.node)
        }
        let xmin = try await ask(PromotionStore.xmin).value.flatMap { Int($0) } ?? 0
        let there = try await ask(PromotionStore.chunksThere(record)).records.map {
            TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "")
        }
        let before = Set(copies.map(\.chunk))
        var written = before.symmetricDifference(there).map(\.shownName)
        let facts = try await ask(SourceFacts.list(of: copies.map(\.chunk))).records.map { SourceFacts(row: $0) }
        for copy in copies {
            guard let now = facts.first(where: { $0.chunk == copy.chunk }) else { continue }
            if try await ask(copy.isWritten(now, since: xmin)).value != "f" { written.append(copy.chunk.shownName) }
        }
        return written.sorted()
    }
}
