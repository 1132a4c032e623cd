import CannedServers
import MultiNode
import Shell
import Testing

/// What `node enable` makes of what TimescaleDB is about to drop on the node.
@Suite struct NodeEnableTests {
    private let canned = CannedCluster()
    private let chunk = CannedCluster.chunkName(7)
    private let aside = TableName(schema: "public", name: "_dist_hyper_1_7_chunk_replaced")

    private static func digest(_ rows: [Int: Int]) -> [String: String?] {
        let sum = rows.reduce(0) { $0 + $1.key * $1.value }
        return ["rows": String(rows.values.reduce(0, +)), "hash": rows.isEmpty ? nil : String(sum)]
    }

    /// dn3 is disabled, and has a chunk that the access node has on other nodes alone.
    ///
    /// - Parameters:
    ///   - own: by their hashes, how many rows are there.
    ///   - others: what is on the others; nil for one that does not answer.
    private func has(_ own: [Int: Int], others: [String: [Int: Int]?]) throws {
        let nodes = ArrayText.text(others.keys.sorted())
        let place = ["id": "7", "schema": chunk.schema, "name": chunk.name, "nodes": nodes] as [String: String?]
        var server = canned["an1"]
        server.answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
        server.answer(StaleChunk.places(of: []), .rows(others.isEmpty ? [] : [place]))
        for statement in try Nodes.setAvailable(true, "dn3", CannedCluster.capabilities).statements {
            server.answer(statement, .done("SELECT 1"))
        }
        canned["an1"] = server
        let table = CannedCluster.metrics
        // Nobody there has it open.
        canned["dn3"].answer(LockHolder.query(of: [chunk]), .none)
        canned["dn3"].answer(
            StaleChunk.list(besides: []),
            .rows([
                [
                    "schema": chunk.schema, "name": chunk.name, "hypertable": "1", "table_schema": table.schema,
                    "table_name": table.name,
                ]
            ]))
        canned["dn3"].answer(
            RowShape.list(of: []),
            .rows([
                [
                    "schema": "public", "name": "metrics", "columns": "{time,v}", "dimensions": "{time}",
                    "primary_key": "{}",
                ]
            ]))
        for (node, rows) in others.merging(["dn3": own], uniquingKeysWith: { $1 }) {
            guard let rows else {
                canned[Place(stringLiteral: node)].openings = [.down(Place(stringLiteral: node))]
                continue
            }
            canned.answers(node, .digest(), about: 7, [Self.digest(rows)])
            canned.answers(
                node, .parts, about: 7,
                rows.map { hash, count in Self.digest([hash: count]).merging(["part": String(hash)]) { $1 } })
            canned.answers(
                node, .rows([]), about: 7,
                rows.map { hash, count in ["hash": String(hash), "rows": String(count), "key": ""] })
        }
    }

    /// The node can keep rows in a table.
    private func keeps(_ rows: [Int: Int], whole: Bool = false) {
        var server = canned["dn3"]
        server.answer(CopyAside.names(of: chunk, CannedCluster.metrics), .none)
        server.answer(CopyAside.freeName(of: chunk, CannedCluster.metrics), .value(aside.name))
        let hashes = Dictionary(uniqueKeysWithValues: rows.map { (Int64($0.key), $0.value) })
        let statements =
            whole
            ? [CopyAside.keep(chunk, CannedCluster.shape, as: aside)]
            : CopyAside.keep(hashes, of: chunk, CannedCluster.shape, as: aside)
        for statement in statements { server.answer(statement, .done("SELECT 1")) }
        server.answer(CopyQuestion.digest().query(of: aside, CannedCluster.shape), .rows([Self.digest(rows)]))
        canned["dn3"] = server
    }

    private var isEnabled: Bool {
        canned.toAccessNode.contains { $0.contains(".alter_data_node(") || $0.contains("\"alter_data_node\"(") }
    }

    /// However many another has: 20 rows that were changed there alone are as many as before.
    @Test func rowsThatAreNowhereElseAreKeptAside() async throws {
        try has([1: 3, 2: 1, 9: 2], others: ["dn1": [1: 3, 2: 1, 4: 50]])
        keeps([9: 2])
        let shown = try await canned.run("node enable dn3 --dry-run")
        #expect(shown.status == .done && !isEnabled, "\(shown)")
        #expect(
            shown.messages.contains("2 rows of it that no other copy has are kept there in a table first"), "\(shown)")
        #expect(!canned.servers.sent.contains { $0.text.contains("CREATE TABLE") })

        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .done && isEnabled, "\(answer)")
        #expect(
            answer.data.contains("dn3 keeps \(aside.shownName): 2 rows of metrics that are in no other copy"),
            "\(answer)")
        #expect(answer.data.contains("COPY \(aside.quoted)") && answer.data.contains("FROM STDIN"), "\(answer)")
        let sent = canned.servers.sent.map(\.text)
        let kept = try #require(sent.firstIndex { $0.contains("CREATE TABLE") })
        #expect(
            try #require(sent[kept...].firstIndex(of: "COMMIT")) < sent.firstIndex { $0.contains("alter_data_node(") }
                ?? 0)

        // Where a run was killed behind that, the next finds the table.
        canned["dn3"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .rows([["name": aside.name]]))
        #expect(try await canned.run("node enable dn3").data.contains("dn3 keeps \(aside.shownName)"))
        #expect(canned.servers.sent.count { $0.text.contains("CREATE TABLE") } == 1)
    }

    @Test func whatCannotBeKeptIsNotDropped() async throws {
        try has([1: 3, 9: 2], others: ["dn1": [1: 3]])
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status != .done && !isEnabled, "\(answer)")
        #expect(try await canned.run("node enable dn3 --lose-data").status == .done && isEnabled)
    }

    @Test func aChunkThatTheAccessNodeHasNoMoreIsKeptWhole() async throws {
        try has([1: 3, 9: 2], others: [:])
        keeps([1: 3, 9: 2], whole: true)
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .done && isEnabled, "\(answer)")
        #expect(answer.data.contains("dn3 keeps \(aside.shownName): 5 rows"), "\(answer)")
    }

    @Test func whatCannotBeComparedIsNamedAndNotDropped() async throws {
        try has([1: 3], others: ["dn1": nil])
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .unconfirmed && !isEnabled, "\(answer)")
        #expect(answer.messages.contains("\(chunk.shownName) with 3 rows, which is besides on dn1 ("), "\(answer)")
        #expect(!answer.messages.contains("--lose-data"), "\(answer)")
        #expect(try await canned.run("node enable dn3 --dry-run").status == .unconfirmed)
        #expect(try await canned.run("node enable dn3 --lose-data").status == .done && isEnabled)
    }

    @Test func whatOthersHaveIsDroppedAndTold() async throws {
        try has([1: 3, 2: 1], others: ["dn1": [1: 3, 2: 1, 3: 7], "dn2": nil])
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status == .done && isEnabled, "\(answer)")
        #expect(answer.data.contains("1 chunk there that the access node had on others alone is dropped"), "\(answer)")
        #expect(!answer.data.contains("keeps"))
    }

    /// It may start a second later.
    @Test func aNodeThatCannotBeAskedIsNotEnabledUnasked() async throws {
        try has([1: 200], others: [:])
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await canned.run("node enable dn3")
        #expect(answer.status != .done && !isEnabled, "\(answer)")
        #expect(answer.messages.contains("'node ping dn3'") && !answer.messages.contains("--lose-data"), "\(answer)")
        #expect(try await canned.run("node enable dn3 --lose-data").status == .done && isEnabled)
    }

    // MARK: Commands that would drop it

    @Test func whatIsThereAloneIsToldBeforeItsDatabaseGoes() async throws {
        try has([1: 3, 9: 2], others: ["dn1": [1: 3]])
        let answer = try await canned.run("node delete dn3 --drop-database --force --dry-run")
        let told = "has rows that may be nowhere else, and goes with them: \(chunk.shownName) (2 rows)"
        #expect(answer.messages.contains(told), "\(answer)")
        let detached = try await canned.run("node detach dn3 --from metrics --drop-remote-data --force --dry-run")
        #expect(detached.messages.contains("they are dropped: \(chunk.shownName) (2 rows)"), "\(detached)")
        let other = try await canned.run("node detach dn3 --from others --drop-remote-data --force --dry-run")
        #expect(!other.messages.contains("they are dropped"), "\(other)")
    }

    @Test func aDrainDoesNotSayThatNothingIsLost() async throws {
        try has([1: 3, 9: 2], others: ["dn1": [1: 3]])
        canned.has(placed: [1: ["dn1"]])
        canned["an1"].answer(
            DataNode.list, .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
        let answer = try await canned.run("node drain dn3 --dry-run")
        #expect(answer.messages.contains("where alone are the rows of \(chunk.shownName) (2 rows)"), "\(answer)")
        #expect(!answer.messages.contains("loses nothing"))
    }
}
