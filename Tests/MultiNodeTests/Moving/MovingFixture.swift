import MultiNode

/// Moves of chunks of `metrics` among nodes, and what servers tell of themselves.
enum MovingFixture {
    /// Like a server with PostgreSQL's defaults and wal_level logical; the columns of ``NodeMovingFacts/query`` otherwise.
    static func facts(_ changed: [String: String] = [:]) -> NodeMovingFacts {
        let row = [
            "wal_level": "logical", "max_logical_workers": "4", "max_sync_workers": "2", "max_processes": "8",
            "max_slots": "10", "max_senders": "10", "retry_interval": "5000", "logical_workers": "0", "processes": "3",
            "slots": "0", "origins": "0", "senders": "0", "superuser": "t", "replication": "t",
        ]
        return NodeMovingFacts(row: row.merging(changed) { $1 }.mapValues { $0 })
    }

    static func chunk(_ id: Int, on nodes: [String], compressed: String? = "f", status: String? = nil) -> Chunk {
        Chunk(row: [
            "id": String(id), "table_id": "1", "table_schema": "public", "table_name": "metrics",
            "schema": "_timescaledb_internal", "name": "_dist_hyper_1_\(id)_chunk", "replication_factor": "1",
            "compressed": status == nil ? compressed : nil, "status": status, "nodes": ArrayText.text(nodes),
            "numbers": ArrayText.text(nodes.map { _ in "1" }),
        ])
    }

    static func move(_ chunk: Int, _ kind: ChunkMove.Kind = .move, from source: String, to destination: String?)
        -> ChunkMove
    {
        ChunkMove(
            kind, chunk, from: source, to: destination, bytes: 1, .levels)
    }

    static func catalog(
        _ changed: [String: String?] = [:], _ copyings: [[String: String?]] = []
    ) -> MovingCatalog {
        let row: [String: String?] = ["id": "1", "nodes": "{dn1,dn2,dn3}", "blocked": "{}", "namesake": "f"]
        return MovingCatalog(
            tables: [row.merging(changed) { $1 }], copyings.map { ChunkCopying(row: $0) })
    }

    static func answer(
        _ node: String, _ facts: [String: String] = [:], _ contents: NodeMovingContents = NodeMovingContents(),
        server: String? = nil, limits: [SessionLimit] = []
    ) -> MovingCheck.Answer {
        MovingCheck.Answer(
            Self.facts(facts), contents, server: ServerIdentity(started: server ?? "server of \(node)"), limits: limits)
    }

    static let nodes = ["dn1", "dn2", "dn3"].map { DataNode(name: $0, host: $0, database: "dist") }

    /// A move of chunk 1 from dn1 to dn2, if nothing else is said.
    static func check(
        _ moves: [ChunkMove] = [move(1, from: "dn1", to: "dn2")], _ chunks: [Chunk] = [chunk(1, on: ["dn1"])],
        among nodes: [DataNode] = nodes, in catalog: MovingCatalog = catalog(),
        dn1: MovingCheck.Answer = answer("dn1"), dn2: MovingCheck.Answer = answer("dn2"),
        version capabilities: Capabilities = Servers.version213, statuses: [Int: String] = [:]
    ) -> MovingCheck {
        MovingCheck(
            moves, Dictionary(uniqueKeysWithValues: chunks.map { ($0.id, $0) }), among: nodes, catalog,
            answers: ["dn1": dn1, "dn2": dn2, "dn3": answer("dn3")], capabilities,
            statuses: statuses)
    }
}

extension MovingCheck {
    /// Each obstacle in a line.
    var lines: [String] { obstacles.map { "\($0.isBlocking ? "!" : "-") \($0.place): \($0.text)" } }
}
