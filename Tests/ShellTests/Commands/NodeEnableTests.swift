import CannedServers
import MultiNode
import Shell
import Testing

/// What `node enable` makes of what TimescaleDB is about to drop on the node.
@Suite struct NodeEnableTests {
    private let canned = CannedCluster()
    private let chunk = TableName(schema: "_timescaledb_internal", name: "_dist_hyper_1_7_chunk")

    /// dn3 is disabled, and has a chunk that the access node has on other nodes alone.
    private func has(_ rows: Int, others: [String: Int]) throws {
        let nodes = ArrayText.text(others.keys.sorted())
        let places = others.isEmpty ? [] : [["schema": chunk.schema, "name": chunk.name, "nodes": nodes]]
        var server = canned["an1"]
        server.answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
        server.answer(StaleChunk.places(of: []), .rows(places))
        for statement in try Nodes.setAvailable(true, "dn3", CannedCluster.capabilities).statements {
            server.answer(statement, .done("SELECT 1"))
        }
        canned["an1"] = server
        canned["dn3"].answer(StaleChunk.list(besides: []), .rows([["schema": chunk.schema, "name": chunk.name]]))
        for (node, count) in others.merging(["dn3": rows], uniquingKeysWith: { $1 }) {
            canned[Place(stringLiteral: node)].answer(CopyFacts.count(of: chunk), .value(String(count)))
        }
    }

    private var isEnabled: Bool {
        canned.toAccessNode.contains { $0.contains(".alter_data_node(") || $0.contains("\"alter_data_node\"(") }
    }

    @Test func rowsThatMayBeNowhereElseAreNotLostUnasked() async throws {
        try has(200, others: ["dn1": 180])
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .unconfirmed && !isEnabled, "\(answer)")
        let told = "dn3 has \(chunk.shownName) with 200 rows that may be nowhere else, and dn1 has 180"
        #expect(answer.messages.contains(told), "\(answer)")
        #expect(try await canned.run("node enable dn3 --dry-run").status == .unconfirmed)
        #expect(try await canned.run("node enable dn3 --lose-data").status == .done && isEnabled)
    }

    @Test func aCopyOfANodeThatDoesNotAnswerIsNone() async throws {
        try has(200, others: ["dn1": 200])
        canned["dn1"].openings = [.down("dn1")]
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .unconfirmed && !isEnabled, "\(answer)")
    }

    @Test func whatOthersHaveIsDroppedAndTold() async throws {
        try has(180, others: ["dn1": 200])
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .done && isEnabled, "\(answer)")
        #expect(answer.data.contains("1 chunk there that the access node had on others alone is dropped"), "\(answer)")
    }

    @Test func aNodeThatCannotBeAskedIsNotEnabledUnasked() async throws {
        try has(200, others: [:])
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status != .done && !isEnabled, "\(answer)")
        #expect(answer.messages.contains("'node enable dn3 --lose-data'"), "\(answer)")
        #expect(try await canned.run("node enable dn3 --lose-data").status == .done && isEnabled)
    }
}
