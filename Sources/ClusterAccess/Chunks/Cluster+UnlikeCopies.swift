package import MultiNode
import Platform

/// The copies of a hypertable's chunks that are compressed for their node and not for the access node, or the other way.
package struct UnlikeCopies: Sendable, Equatable {
    package let table: TableName
    package let count: Int
}

extension Cluster {
    /// How often it is looked, and how long between: a job may compress chunks, and the nodes and the access node commit one
    /// behind the other.
    private static let (looks, pause) = (2, Duration.milliseconds(500))

    /// The copies on nodes that are compressed there and not for the access node, or the other way, at each of several looks:
    /// of those hypertables that have any, in the order of their names.
    ///
    /// - Throws: also where a node does not tell.
    func unlikeCopies(on nodes: [DataNode]) async throws(ClusterError) -> [UnlikeCopies] {
        var left: [TableName: [String: Set<Int>]] = [:]
        for look in 1...Self.looks {
            let answers = await onEach(nodes) { node throws(ClusterError) in
                try await asking(node) { link throws(ClusterError) in
                    CompressedChunks.numbers(
                        try await send(CompressedChunks.all, on: link, node: node.name).records)
                }
            }
            var told: [String: Set<Int>] = [:]
            for answer in answers { told[answer.item.name] = try answer.result.get() }
            let found = ChunkInventory(try await send(ChunkInventory.list).records).compressedOtherwise(than: told)
            left = look == 1 ? found : Self.both(left, found)
            if left.isEmpty || look == Self.looks { break }
            guard (try? await EventLoop.shared.sleep(until: .now + Self.pause)) != nil else { throw .interrupted }
        }
        return left.map { table, nodes in UnlikeCopies(table: table, count: nodes.values.reduce(0) { $0 + $1.count }) }
            .sorted { $0.table.quoted < $1.table.quoted }
    }

    /// What is in both of two looks.
    private static func both(
        _ first: [TableName: [String: Set<Int>]], _ second: [TableName: [String: Set<Int>]]
    ) -> [TableName: [String: Set<Int>]] {
        var both: [TableName: [String: Set<Int>]] = [:]
        for (table, nodes) in first {
            for (node, numbers) in nodes {
                let stay = numbers.intersection(second[table]?[node] ?? [])
                if !stay.isEmpty { both[table, default: [:]][node] = stay }
            }
        }
        return both
    }
}
