import CannedServers
import MultiNode

/// Chunks for canned clusters.
extension CannedCluster {
    static let metrics = TableName(schema: "public", name: "metrics")

    /// A row of ``ChunkedTable/list``.
    static func row(table: String, id: Int = 1, factor: Int = 2, hasTimes: Bool = true) -> [String: String?] {
        [
            "id": String(id), "schema": "public", "name": table, "replication_factor": String(factor),
            "has_times": hasTimes ? "t" : "f",
        ]
    }

    /// A row of ``Chunk/list(_:_:)``. The number of a chunk on a node is ten times its own.
    static func row(
        chunk id: Int, on nodes: [String], of table: String = "metrics", tableID: Int = 1, factor: Int = 2,
        compressed: String? = "f"
    ) -> [String: String?] {
        [
            "id": String(id), "table_id": String(tableID), "table_schema": "public", "table_name": table,
            "schema": "_timescaledb_internal", "name": "_dist_hyper_\(tableID)_\(id)_chunk",
            "replication_factor": String(factor), "range_start": "2024-01-0\(id)", "range_end": "2024-01-0\(id + 1)",
            "compressed": compressed, "nodes": ArrayText.text(nodes),
            "numbers": ArrayText.text(nodes.map { _ in String(10 * id) }),
        ]
    }

    /// Lets the access node have chunks, whichever are asked for.
    func has(tables: [[String: String?]] = [row(table: "metrics")], chunks: [[String: String?]]) {
        canned { server in
            server.answer(ChunkedTable.list, .rows(tables))
            for choice in Self.choices { server.answer(Chunk.list(choice, Self.capabilities), .rows(chunks)) }
            let shape: [String: String?] = [
                "schema": "public", "name": "metrics", "columns": "{time,v}", "dimensions": "{time}",
                "primary_key": "{}",
            ]
            server.answer(RowShape.list(of: []), .rows([shape]))
        }
    }

    private func canned(_ change: (inout CannedServer) -> Void) { change(&self[Self.accessNode]) }

    /// One of each text that the statement can have.
    private static let choices: [Chunk.Choice] = {
        var tables = Chunk.Choice()
        tables.tables = []
        var name = Chunk.Choice()
        name.name = TableName(schema: nil, name: "c")
        var aged = tables
        aged.olderThan = .ago(1)
        var numbered = Chunk.Choice()
        numbered.newerThan = .number(1)
        return [Chunk.Choice(), tables, name, aged, numbered]
    }()

    /// Lets a node have copies, by their numbers there: their bytes.
    func has(copies: [Int: Int], on node: String, compressed: Bool = false) {
        let rows = copies.sorted { $0.key < $1.key }.map { number, bytes -> [String: String?] in
            ["chunk": String(number), "bytes": String(bytes), "compressed": compressed ? "t" : "f"]
        }
        self[Place(stringLiteral: node)].answer(CopyFacts.list([]), .rows(rows))
    }

    static let shape = RowShape(table: metrics, columns: ["time", "v"], key: ["time"])

    static func chunkName(_ id: Int) -> TableName {
        TableName(schema: "_timescaledb_internal", name: "_dist_hyper_1_\(id)_chunk")
    }

    /// Lets a node answer a question about its copy of a chunk, look by look.
    func answers(_ node: String, _ question: CopyQuestion, about chunk: Int, _ looks: [[String: String?]]...) {
        let place = Place(stringLiteral: node)
        var server = self[place]
        server.answer(CopyQuestion.settings, .none)
        let query = question.query(of: Self.chunkName(chunk), Self.shape)
        server.replies(to: query, looks.map { .rows($0) })
        // Further looks find the same, unless the test says otherwise.
        let further: CopyQuestion? =
            switch question {
            case .count(watching: false): .count(watching: true)
            case .digest(watching: false): .digest(watching: true)
            default: nil
            }
        if let further {
            server.replies(to: further.query(of: Self.chunkName(chunk), Self.shape), looks.map { .rows($0) })
        }
        self[place] = server
    }
}
