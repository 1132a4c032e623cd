import CannedServers
import MultiNode
import Shell
import Testing

/// What `chunk verify` makes of answers.
@Suite struct ChunkVerifyTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private static func digest(_ rows: Int, _ hash: String) -> [[String: String?]] {
        [["rows": String(rows), "hash": hash]]
    }

    private static func row(_ hash: Int, _ count: Int = 1) -> [String: String?] {
        ["hash": String(hash), "rows": String(count), "key": "time=\(hash)"]
    }

    private func prepare(_ nodes: [String] = ["dn1", "dn2"]) {
        canned.has(chunks: [CannedCluster.row(chunk: 1, on: nodes), CannedCluster.row(chunk: 2, on: ["dn3"])])
    }

    @Test func copiesThatAreTheSame() async throws {
        prepare()
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        let answer = try await run("chunk verify")
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
        #expect(
            answer.data == """
                1 chunk is the same in all copies
                1 chunk with one copy: there is nothing to compare it with

                """)
        let json = try await run("chunk verify --format json").json
        #expect(
            json.contains(#""columns":["hypertable","chunk","node","state","rows","lacks","example","compressed"]"#))
        let name = "_timescaledb_internal._dist_hyper_1_1_chunk"
        #expect(json.contains(#"["metrics","\#(name)","dn1","same",3,null,null,null]"#))
        #expect(json.contains(#"_2_chunk","dn3","single",null,null,null,null]"#))
        // A copy is read within a transaction that is undone, and that with one copy not at all.
        let sent = canned.servers.statements(to: "dn1")
        let end = try #require(sent.firstIndex(of: "ROLLBACK"))
        #expect(sent[(end - 3)...end].map { $0.prefix(8) } == ["BEGIN RE", "SELECT p", "SELECT p", "ROLLBACK"])
        #expect(!canned.servers.statements(to: "dn3").contains { $0.contains("hashtextextended") })
        #expect(canned.servers.open == 1 || canned.servers.open == 2)
    }

    @Test func aCopyBesideWhichThereIsNoneIsLookedFor() async throws {
        prepare(["dn1"])
        canned.has(copies: [10: 1000], on: "dn1")
        canned.has(copies: [:], on: "dn3")
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .notHealthy, "\(answer)")
        #expect(
            answer.data.contains("_2_chunk,dn3,missing,") && answer.data.contains("_1_chunk,dn1,single,"), "\(answer)")
        let text = try await run("chunk verify")
        #expect(
            text.data.contains("1 chunk is on none of the nodes that the access node's catalog has it on"), "\(text)")
        #expect(
            text.messages.contains("1 chunk is on no node") && !text.data.contains("'hypertable repair'"), "\(text)")
        // Of a node that does not answer nothing is known.
        canned["dn3"].openings = [.down("dn3")]
        #expect(try await run("chunk verify").status == .done)
    }

    @Test func copiesThatDifferAreToldRowByRow() async throws {
        prepare()
        canned.answers("dn1", .digest(), about: 1, Self.digest(3, "77"))
        canned.answers("dn2", .digest(), about: 1, Self.digest(2, "78"))
        canned.answers(
            "dn1", .parts, about: 1,
            [["part": "5", "rows": "2", "hash": "10"], ["part": "6", "rows": "1", "hash": "67"]])
        canned.answers(
            "dn2", .parts, about: 1,
            [["part": "5", "rows": "2", "hash": "10"], ["part": "7", "rows": "1", "hash": "68"]])
        canned.answers("dn1", .rows([6, 7]), about: 1, [Self.row(6, 2)])
        canned.answers("dn2", .rows([6, 7]), about: 1, [Self.row(7)])
        let answer = try await run("chunk verify metrics --format csv")
        #expect(answer.status == .notHealthy)
        #expect(answer.messages == "t:1:1: error: copies of 1 chunk differ\n")
        #expect(answer.data.contains("_1_chunk,dn1,differs,3,1,time=7,\n"))
        #expect(answer.data.contains("_1_chunk,dn2,differs,2,2,time=6,\n"))
        #expect(canned.servers.sent.contains { $0.place == "dn1" && $0.values == ["{6,7}"] })
        // Whoever has such copies is to know why they come to be so.
        let text = try await run("chunk verify metrics").data
        #expect(text.contains("'heal all' ends them") && text.contains("UPDATE and DELETE are another reason"))
    }

    /// Has servers tell whether chunk 1, which has ten times that number on nodes, is compressed.
    private func compressed(_ statuses: [String: String]) {
        for (place, status) in statuses {
            let number = place == "an1" ? "1" : "10"
            canned[Place(stringLiteral: place)].answer(
                CompressedChunks.list([]), .rows([["chunk": number, "status": status]]))
        }
    }

    @Test func copiesThatAreNotCompressedAlikeAreTold() async throws {
        prepare()
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        compressed(["an1": "9", "dn1": "1", "dn2": "0"])
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .notHealthy, "\(answer)")
        #expect(answer.messages == "t:1:1: error: 1 chunk is compressed for some nodes and not for others\n")
        #expect(
            answer.data.contains("dn1,compression,3,,,true\n") && answer.data.contains("dn2,compression,3,,,false\n"))
        let text = try await run("chunk verify").data
        #expect(
            text.contains("for the access node _timescaledb_internal._dist_hyper_1_1_chunk is compressed"), "\(text)")
        #expect(text.contains("'hypertable repair' makes the copies") && !text.contains("the same in all copies"))
    }

    /// One commits behind the other.
    @Test func whatIsCompressedMeanwhileIsLookedAtAgain() async throws {
        prepare()
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        compressed(["an1": "1", "dn1": "1"])
        canned["dn2"].replies(
            to: CompressedChunks.list([]), ["0", "1"].map { .rows([["chunk": "10", "status": $0]]) })
        let answer = try await run("chunk verify")
        #expect(answer.status == .done && answer.data.contains("1 chunk is the same in all copies"), "\(answer)")
    }

    @Test func aSingleCopyThatIsNotAsTheAccessNodeHasItIsTold() async throws {
        canned.has(chunks: [CannedCluster.row(chunk: 1, on: ["dn1"])])
        compressed(["an1": "1", "dn1": "0"])
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .notHealthy && answer.data.contains("dn1,compression,,,,false\n"), "\(answer)")
    }

    /// As beside a job that compresses it.
    @Test func aCopyThatOthersWereInTheWayOfIsReadAgain() async throws {
        prepare()
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        let query = CopyQuestion.digest().query(of: CannedCluster.chunkName(1), CannedCluster.shape)
        let deadlock = Reply.refused("deadlock detected", sqlstate: "40P01")
        canned["dn2"].replies(to: query, [deadlock, .rows(Self.digest(3, "77"))])
        #expect(try await run("chunk verify").status == .done)
        canned["dn2"].replies(to: query, [deadlock])
        let answer = try await run("chunk verify")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("_dist_hyper_1_1_chunk could not be read: deadlock detected"), "\(answer)")
    }

    @Test func whatDiffersAtFirstIsLookedAtAgain() async throws {
        prepare()
        canned.answers("dn1", .digest(), about: 1, Self.digest(3, "77"))
        canned.answers("dn2", .digest(), about: 1, Self.digest(2, "78"))
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(watching: true), about: 1, Self.digest(4, "79")) }
        #expect(try await run("chunk verify").status == .done)
    }

    @Test func ofCopiesThatAreWrittenNothingIsSaid() async throws {
        prepare()
        let looks = (1...7).map { Self.digest($0, String($0)) }
        canned.answers("dn1", .digest(), about: 1, looks[0])
        canned.answers("dn2", .digest(), about: 1, looks[1])
        canned.answers("dn1", .digest(watching: true), about: 1, looks[1], looks[2], looks[3], looks[4], looks[5])
        canned.answers("dn2", .digest(watching: true), about: 1, looks[2], looks[3], looks[4], looks[5], looks[6])
        let answer = try await run("chunk verify")
        #expect(answer.status == .partial)
        #expect(answer.data.contains("dn1  | changing |    6"))
        #expect(answer.messages == "t:1:1: error: 1 chunk could not be compared in all copies\n")
    }

    @Test func rowsMayOnlyBeCounted() async throws {
        prepare()
        canned.answers("dn1", .count(), about: 1, [["rows": "3"]])
        canned.answers("dn2", .count(), about: 1, [["rows": "2"]])
        let answer = try await run("chunk verify _dist_hyper_1_1_chunk --counts --format csv")
        #expect(answer.status == .notHealthy)
        #expect(answer.data.contains("dn2,differs,2,,,\n") && !answer.data.contains("single"))
        // Which rows a copy lacks is not looked at, and so not explained.
        let text = try await run("chunk verify _dist_hyper_1_1_chunk --counts").data
        #expect(text.contains("differs") && !text.contains("lacks 0 rows"), "\(text)")
    }

    @Test func aCopyThatIsNotThereIsMissingUnlessTheChunkWasDropped() async throws {
        prepare(["dn1", "dn2", "dn3"])
        for node in ["dn1", "dn2", "dn3"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        for question in [CopyQuestion.digest(), .digest(watching: true)] {
            canned["dn2"].answer(
                question.query(of: CannedCluster.chunkName(1), CannedCluster.shape),
                .refused("relation does not exist", sqlstate: "42P01"))
        }
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .notHealthy, "\(answer)")
        #expect(answer.data.contains("dn1,differs,3,0,,\n") && answer.data.contains("dn2,missing,,3,,\n"))

        var tables = Chunk.Choice()
        tables.tables = []
        canned[CannedCluster.accessNode].answer(Chunk.list(tables, CannedCluster.capabilities), .none)
        let dropped = try await run("chunk verify")
        #expect(dropped.status == .done, "\(dropped)")
    }

    @Test func whereANodeIsDownTheOthersAreCompared() async throws {
        prepare(["dn1", "dn2", "dn3"])
        for node in ["dn1", "dn2"] { canned.answers(node, .digest(), about: 1, Self.digest(3, "77")) }
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .partial)
        #expect(answer.data.contains("dn2,same,3,,,\n") && answer.data.contains("dn3,unknown,,,,\n"))
        #expect(answer.messages.contains("Connection refused"))
        #expect(answer.messages.contains("1 chunk could not be compared in all copies"))
    }

    @Test func whereANodeBreaksOffTheOthersGoOn() async throws {
        canned.has(
            chunks: (1...3).map { CannedCluster.row(chunk: $0, on: $0 == 3 ? ["dn1", "dn3"] : ["dn1", "dn2"]) })
        for chunk in 1...3 {
            for node in ["dn1", "dn3"] { canned.answers(node, .digest(), about: chunk, Self.digest(3, "77")) }
        }
        let query = CopyQuestion.digest().query(of: CannedCluster.chunkName(1), CannedCluster.shape)
        canned["dn2"].answer(CopyQuestion.settings, .none)
        canned["dn2"].answer(query, .lost)
        let answer = try await run("chunk verify --format csv")
        #expect(answer.status == .partial)
        #expect(answer.data.contains("_3_chunk,dn3,same,3,,,\n"))
        #expect(answer.data.contains("_2_chunk,dn1,unknown") && answer.data.contains("_1_chunk,dn2,unknown"))
    }

    @Test func aNodeThatHangsHoldsUpNoOther() async throws {
        canned.has(chunks: [
            CannedCluster.row(chunk: 1, on: ["dn1", "dn2"]), CannedCluster.row(chunk: 2, on: ["dn1", "dn2"]),
            CannedCluster.row(chunk: 3, on: ["dn1", "dn3"]),
        ])
        for chunk in 1...3 {
            for node in ["dn1", "dn2", "dn3"] { canned.answers(node, .digest(), about: chunk, Self.digest(3, "77")) }
        }
        let gate = Gate()
        let query = CopyQuestion.digest().query(of: CannedCluster.chunkName(1), CannedCluster.shape)
        canned["dn2"].answer(query, .held(gate, .rows(Self.digest(3, "77"))))
        let trial = try ShellTrial(canned)
        async let answer = trial.run("chunk verify")
        await canned.servers.receive(CopyQuestion.digest().query(of: CannedCluster.chunkName(3), CannedCluster.shape))
        gate.open()
        #expect(try await answer.data == "3 chunks are the same in all copies\n")
    }

    @Test func aNodeThatBreaksOffAtTheSecondLookEndsTheComparison() async throws {
        prepare()
        canned.answers("dn1", .digest(), about: 1, Self.digest(3, "77"))
        canned.answers("dn2", .digest(), about: 1, Self.digest(4, "78"))
        canned["dn2"].answer(
            CopyQuestion.digest(watching: true).query(of: CannedCluster.chunkName(1), CannedCluster.shape), .lost)
        let answer = try await run("chunk verify metrics")
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.messages.contains("1 chunk could not be compared in all copies"))
    }

    @Test func aRoleThatMayNotReadIsTold() async throws {
        prepare()
        canned.answers("dn1", .digest(), about: 1, Self.digest(3, "77"))
        canned.answers("dn2", .digest(), about: 1, Self.digest(3, "77"))
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: CannedCluster.chunkName(1), CannedCluster.shape),
            .refused("permission denied for table _dist_hyper_1_1_chunk", sqlstate: "42501"))
        let answer = try await run("chunk verify")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("permission denied for table") && answer.messages.contains("node: dn2"))
    }

    @Test func whereThereAreNoChunksThatIsSaid() async throws {
        canned.has(chunks: [])
        #expect(try await run("chunk verify").data == "there are no chunks to compare\n")
    }

    @Test func whatIsNeitherTableNorChunkIsTold() async throws {
        prepare()
        let answer = try await run("chunk verify nix")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("there is no distributed hypertable or chunk nix"))
    }
}
