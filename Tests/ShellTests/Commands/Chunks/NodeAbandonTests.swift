import CannedServers
import MultiNode
import Rendering
import Shell
import Testing

/// What `node abandon` makes of answers.
@Suite struct NodeAbandonTests {
    private let canned = CannedCluster()

    init() {
        canned["an1"].answer(LostChunk.list(on: "dn3", CannedCluster.capabilities), .none)
        canned["an1"].answer(AggregatedTable.list(on: "dn3"), .none)
        canned["an1"].answer(
            NodeReach.visit("dn3", CannedCluster.capabilities),
            .refused("could not connect to \"dn3\"", sqlstate: "08001"))
    }

    private func run(_ options: String, _ configure: (inout Settings) -> Void = { _ in }) async throws
        -> ShellTrial.Answer
    {
        try await canned.run("node abandon dn3 \(options)", configure)
    }

    private var changes: [String] {
        canned.toAccessNode.filter {
            $0.contains("DROP") || $0.contains("delete_data_node(") || $0.contains("alter_data_node(")
        }
    }

    @Test func aNodeThatAnswersIsNotAbandoned() async throws {
        let answer = try await run("--lose-data --yes")
        #expect(answer.status == .failed && changes.isEmpty, "\(answer)")
        #expect(answer.messages.contains("dn3 is not gone: the access node reaches it"))
    }

    /// As an earlier run has left it.
    @Test(arguments: ["--dry-run", "--yes"]) func oneThatIsGoneAlreadyIsDone(_ options: String) async throws {
        let answer = try await canned.run("node abandon dn9 --lose-data \(options)")
        #expect(answer.status == .done && changes.isEmpty, "\(answer)")
        #expect(answer.data.contains("there is no node dn9, or not any more"), "\(answer)")
        #expect(try await canned.run("node abandon 'x*' --lose-data --yes").status != .done)
    }

    @Test func oneThatLetsNobodyInMayBeThere() async throws {
        canned["dn3"].openings = [.password("secret")]
        let answer = try await run("--lose-data --yes")
        #expect(answer.status == .failed && changes.isEmpty, "\(answer)")
        #expect(answer.messages.contains("dn3 is not gone"))
    }

    @Test func copiesThatAreOnRecordOnlyAreNone() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned.has(chunks: [
            CannedCluster.row(chunk: 1, on: ["dn1", "dn3"]), CannedCluster.row(chunk: 2, on: ["dn2", "dn3"]),
            CannedCluster.row(chunk: 3, on: ["dn1", "dn2"]),
        ])
        canned.has(copies: [10: 100], on: "dn1")
        canned.has(copies: [:], on: "dn2")
        let answer = try await run("--yes")
        #expect(answer.status == .unconfirmed && changes.isEmpty, "\(answer)")
        #expect(
            answer.messages.contains(
                "of metrics 1 chunk has its other copies on dn2, which can't be asked or lack them: they may be lost, too"
            ),
            "\(answer)")
        #expect(!answer.messages.contains("nothing is lost"))
        let json = try await run("--dry-run") { $0.format = .json }
        #expect(json.status == .unconfirmed, "\(json)")
        #expect(
            json.data.contains(
                #"{"hypertable":"metrics","reason":"other_copies_missing","chunks":1,"ranges":null,"rows":null,"bytes":null,"unknown_chunks":null,"nodes":["dn2"]}"#
            ), "\(json)")
    }

    @Test func copiesThatNobodyHasComparedMayLackRows() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned.has(chunks: [
            CannedCluster.row(chunk: 1, on: ["dn1", "dn3"]), CannedCluster.row(chunk: 2, on: ["dn1", "dn2", "dn3"]),
        ])
        canned.has(copies: [10: 100, 20: 100], on: "dn1")
        canned.has(copies: [20: 100], on: "dn2")
        let copies = ["1", "2"].map { (id: String) -> [String: String?] in
            [
                "operation": "tscl_\(id)", "chunk_id": id, "source": "dn3", "destination": "dn1", "stage": "complete",
                "move": "f", "on_source": "t", "on_destination": "t", "other_copies": id,
            ]
        }
        canned["an1"].answer(ChunkCopying.list(), .rows(copies))
        let answer = try await run("--yes")
        #expect(answer.status == .unconfirmed && changes.isEmpty, "\(answer)")
        #expect(
            answer.messages.contains(
                "of metrics 1 chunk has its other copies on dn1, copied by a run that ended before they were compared: rows that they lack are lost, too"
            ),
            "\(answer)")
        #expect(!answer.messages.contains("nothing is lost"))
    }

    @Test func programsAreToldOfTheStep() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned["an1"].otherwise = .done("DONE")
        let answer = try await run("--lose-data --yes --format json")
        #expect(answer.status == .done && !changes.isEmpty, "\(answer)")
        #expect(
            answer.json.hasPrefix(
                #"{"v":1,"command":"node abandon","step":{"node":"dn3","state":"abandoned","ms":0,"message":null}}"#),
            "\(answer)")
    }

    private let row: [String: String?] = [
        "id": "1", "schema": "s", "name": "c", "table_schema": "public", "table_name": "metrics",
        "range_start": "2024-01-01", "range_end": "2024-01-02", "last": "5", "rows": "12", "bytes": "8192",
    ]

    /// A copy of it that never ended may have all of its rows.
    @Test func whatOtherNodesHaveOfALostChunkIsTold() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned["an1"].answer(LostChunk.list(on: "dn3", CannedCluster.capabilities), .rows([row]))
        canned["dn1"].answer(
            LostRemnant.query(of: []), .rows([["schema": "s", "name": "c", "bytes": "73728"]]))
        canned["dn2"].openings = [.silence]
        let answer = try await run("--yes")
        #expect(
            answer.messages.contains(
                #"dn1 has what had come over of lost chunks by copies that never ended, which nobody has compared: s.c with 72 kB; it stays there, and 'query --on dn1 SELECT count(*) FROM "s"."c"' counts its rows"#
            ), "\(answer)")
        #expect(answer.messages.contains("whether dn2 has something of them is not known"), "\(answer)")
        let json = try await run("--dry-run") { $0.format = .json }
        #expect(json.data.contains(#""remnants":[{"node":"dn1","table":"s.c","bytes":73728}]"#), "\(json)")
    }

    @Test func withoutTheWordNothingIsLost() async throws {
        canned["dn3"].openings = [.down("dn3")]
        canned["an1"].answer(LostChunk.list(on: "dn3", CannedCluster.capabilities), .rows([row]))
        let answer = try await run("--yes")
        #expect(answer.status == .unconfirmed && changes.isEmpty, "\(answer)")
        #expect(
            answer.messages.contains(
                "lost with dn3: 1 chunk of metrics, from 2024-01-01 to 2024-01-02: about 12 rows in 8192 bytes when last analyzed"
            ), "\(answer)")
        // The preview without the word ends as the run would.
        let refused = try await run("--dry-run")
        #expect(refused.status == .unconfirmed && changes.isEmpty, "\(refused)")
        #expect(
            refused.data.contains("-- lost with dn3: 1 chunk of metrics")
                && refused.messages.contains("data would be lost"))
        let json = try await run("--dry-run") { $0.format = .json }
        #expect(json.status == .unconfirmed && json.data.contains(#""ok":false"#), "\(json)")
        #expect(
            json.data.contains(
                #""losses":[{"hypertable":"metrics","reason":"only_copy","chunks":1,"ranges":[{"start":"2024-01-01","end":"2024-01-02"}],"rows":12,"bytes":8192,"unknown_chunks":0,"nodes":[]}]"#
            ), "\(json)")
        #expect(json.data.contains(#""remnants":[]"#) && !answer.messages.contains("had come over"), "\(json)")
        let shown = try await run("--lose-data --dry-run")
        #expect(shown.status == .done && changes.isEmpty, "\(shown)")
        #expect(shown.data.contains(#"DROP FOREIGN TABLE IF EXISTS "s"."c";"#))
        #expect(shown.data.contains("-- lost with dn3: 1 chunk of metrics"))
    }
}
