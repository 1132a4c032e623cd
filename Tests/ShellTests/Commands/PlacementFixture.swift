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
        letMove(&server)
        self[Self.accessNode] = server
        for node in nodes {
            let place = Place(stringLiteral: node)
            self[place].answer(NodeMovingFacts.query, .rows([Self.movingFacts]))
            self[place].answer(NodeMovingContents.query(chunks: [], parents: []), .none)
            // What a visit of another node sends names that one.
            self[place].otherwise = .none
            let own = order.filter { $0.value.contains(node) }.map { (10 * $0.key, bytes) }
            has(copies: Dictionary(uniqueKeysWithValues: own), on: node)
        }
    }

    /// Nothing stands in the way of moves.
    private func letMove(_ server: inout CannedServer) {
        let table: [String: String?] = [
            "id": "1", "nodes": ArrayText.text(nodes), "blocked": "{}", "namesake": "f",
        ]
        server.answer(MovingCatalog.tables([]), .rows([table]))
        server.answer(MovingCatalog.chunks([]), .none)
        server.answer(NodePassage.additions(for: []), .none)
        server.answer(NodePassage.passwords, .none)
    }

    private static let movingFacts: [String: String?] = [
        "wal_level": "logical", "max_logical_workers": "4", "max_sync_workers": "2", "max_processes": "8",
        "max_slots": "10", "max_senders": "10", "retry_interval": "5000", "logical_workers": "0", "processes": "3",
        "slots": "0", "origins": "0", "senders": "0", "superuser": "t", "replication": "t",
    ]
}
