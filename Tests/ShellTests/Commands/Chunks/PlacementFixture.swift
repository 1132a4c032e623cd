import CannedServers
import MultiNode

/// Chunks that may be moved, for canned clusters.
extension CannedCluster {
    /// Lets the cluster have chunks of `metrics`: by number, their nodes. Each copy has so many bytes.
    ///
    /// - Parameters:
    ///   - blocked: the nodes that take no new chunks.
    ///   - attached: those of the hypertable.
    func has(
        placed chunks: [Int: [String]], factor: Int = 1, bytes: Int = 1000, blocked: Set<String> = [],
        attached: [String]? = nil
    ) {
        let order = chunks.sorted { $0.key < $1.key }
        has(
            tables: [Self.row(table: "metrics", factor: factor)],
            chunks: order.map { Self.row(chunk: $0.key, on: $0.value, factor: factor) })
        var server = self[Self.accessNode]
        server.answer(ChunkCopying.list(), .none)
        server.answer(ChunkPlacement.copies(on: []), .value("0"))
        server.answer(
            ChunkPosition.list(of: []),
            .rows(order.map { ["id": String($0.key), "start": String($0.key), "slice": nil] }))
        server.answer(
            BlockedNodes.list,
            .rows(
                (attached ?? nodes).map {
                    ["node": $0, "schema": "public", "name": "metrics", "blocked": blocked.contains($0) ? "t" : "f"]
                }))
        self[Self.accessNode] = server
        letsChunksMove(attached: attached ?? nodes, blocked: blocked)
        for node in nodes {
            let own = order.filter { $0.value.contains(node) }.map { (10 * $0.key, bytes) }
            has(copies: Dictionary(uniqueKeysWithValues: own), on: node)
        }
    }
}
