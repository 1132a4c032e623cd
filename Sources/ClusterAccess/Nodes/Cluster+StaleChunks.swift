package import MultiNode
import Postgres

extension Cluster {
    /// The chunks that a node loses when it is enabled. Their rows are counted there, and in the copies of nodes that answer.
    ///
    /// - Parameter nodes: all data nodes.
    package func staleChunks(on node: DataNode, among nodes: [DataNode]) async throws(ClusterError) -> [StaleChunk] {
        let known = try await send(StaleChunk.known(on: node.name)).rows
            .compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } }
        let stale = try await asking(node) { link throws(ClusterError) in
            let found = try await send(StaleChunk.list(besides: known), on: link, node: node.name).records
            return try await counts(of: found.map(Self.name), on: node, over: link)
        }
        guard !stale.isEmpty else { return [] }
        let places = try await send(StaleChunk.places(of: Array(stale.keys))).records.map { row in
            (name: Self.name(row), nodes: (ArrayText.elements((row["nodes"] ?? nil) ?? "") ?? []).compactMap(\.self))
        }
        var others: [TableName: [String: Int]] = [:]
        for other in nodes where other.isAvailable && other.name != node.name {
            let names = places.filter { $0.nodes.contains(other.name) }.map(\.name)
            if names.isEmpty { continue }
            // Of one that does not answer nobody knows that it has the rows.
            let counted = try? await asking(other) { link throws(ClusterError) in
                try await counts(of: names, on: other, over: link)
            }
            for (name, rows) in counted ?? [:] { others[name, default: [:]][other.name] = rows }
        }
        return stale.sorted { $0.key.quoted < $1.key.quoted }.map {
            StaleChunk($0.key, rows: $0.value, others: others[$0.key] ?? [:])
        }
    }

    private func counts(
        of chunks: [TableName], on node: DataNode, over link: any Link
    ) async throws(ClusterError) -> [TableName: Int] {
        var counts: [TableName: Int] = [:]
        for chunk in chunks {
            let rows = try await send(CopyFacts.count(of: chunk), on: link, node: node.name).value
            counts[chunk] = rows.flatMap { Int($0) } ?? 0
        }
        return counts
    }

    private static func name(_ row: [String: String?]) -> TableName {
        TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
    }
}
