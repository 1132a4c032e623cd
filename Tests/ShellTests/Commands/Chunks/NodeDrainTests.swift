import CannedServers
import MultiNode
import Shell
import Testing

/// What `node drain` is going to do.
@Suite struct NodeDrainTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    /// How often new chunks were kept away from a node.
    private var blockings: Int { canned.toAccessNode.count { $0.contains(".block_new_chunks(") } }

    @Test func everythingGoesToTheNodesThatHoldLeast() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"], 3: ["dn2"], 4: ["dn3"], 5: ["dn2"]])
        let answer = try await run("node drain dn2 --dry-run --format csv")
        #expect(answer.status == .done, "\(answer)")
        let moves = answer.data.split(separator: "\n").dropFirst()
        #expect(moves.count == 3 && moves.allSatisfy { $0.hasPrefix("move,metrics,") && $0.contains(",dn2,dn") })
        // Each server is asked once.
        for node in canned.nodes {
            #expect(
                canned.servers.statements(to: Place(stringLiteral: node)).count { $0 == CopyFacts.list([]).text } == 1)
        }
        let text = try await run("node drain dn2 --to dn3 --dry-run")
        #expect(text.data.contains(" from dn2 to dn3: 1000 bytes") && !text.data.contains(" to dn1"), "\(text)")
        #expect(text.messages.contains("'node delete dn2' takes it out and loses nothing"), "\(text)")
        #expect(blockings == 0 && !canned.toAccessNode.contains { $0.contains("CALL timescaledb_experimental") })
    }

    /// The question about all copies of a node falls out with one that compresses some of them.
    @Test func aNodeThatWasInADeadlockIsAskedAgain() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"]])
        let deadlock = Reply.refused("deadlock detected", sqlstate: "40P01")
        let facts = Reply.rows([["chunk": "10", "bytes": "1000", "compressed": "f"]])
        canned["dn1"].answer(CopyFacts.list([]), deadlock, facts)
        let answer = try await run("node drain dn2 --to dn1 --dry-run --format csv")
        #expect(answer.status == .done && answer.data.contains(",dn2,dn1,"), "\(answer)")

        canned["dn1"].answer(CopyFacts.list([]), deadlock)
        let refused = try await run("node drain dn2 --dry-run")
        #expect(refused.messages.contains("dn1 refuses what it is asked, and it is given nothing"), "\(refused)")
        #expect(refused.data.contains(" from dn2 to dn3"))
    }

    @Test func moreMovesThanAreMeasuredAreALineEach() async throws {
        canned.has(placed: Dictionary(uniqueKeysWithValues: (1...1500).map { ($0, ["dn2"]) }))
        let answer = try await run("node drain dn2 --dry-run")
        let lines = answer.data.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 1501 && lines.last == "")
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("move ") && $0.contains(" of metrics from dn2 to dn") })
    }

    @Test func aNodeThatIsGoneHoldsNothing() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"]])
        let gone = try await run("node drain dn9")
        #expect(gone.status == .done && blockings == 0, "\(gone)")
        #expect((gone.data + gone.messages).contains("there is no node dn9, or not any more"), "\(gone)")
        #expect(!gone.data.contains("holds no chunks"))
        let both = try await run("node drain dn2 dn9 --dry-run --format csv")
        #expect(both.status == .done && both.data.contains("move,metrics,"), "\(both)")
    }

    @Test func whatHasEnoughCopiesElsewhereIsDropped() async throws {
        canned.has(placed: [1: ["dn1", "dn2"], 2: ["dn2", "dn3"]], factor: 1)
        let answer = try await run("node drain dn2 --dry-run --format csv")
        #expect(answer.data.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("drop,") }, "\(answer)")
    }

    @Test func whereNewChunksWouldHaveTooFewNodesNothingIsDone() async throws {
        canned.has(placed: [1: ["dn1", "dn2"]], factor: 2)
        let answer = try await run("node drain dn1 dn2")
        #expect(answer.status == .failed)
        #expect(
            answer.messages.contains(
                "metrics keeps each chunk on 2 nodes, and only 1 other would take its chunks"), "\(answer)")
        #expect(answer.messages.contains("hypertable replicate public.metrics 1"))
        #expect(blockings == 0)
        // As many as there are copies are enough. TimescaleDB counts a blocked node twice when it is deleted.
        let two = try await run("node drain dn2 --dry-run")
        #expect(two.status == .done && two.messages.contains("'node delete dn2 --force'"), "\(two)")

        canned.has(placed: [1: ["dn1"]], blocked: ["dn2"], attached: ["dn1", "dn2"])
        let blocked = try await run("node drain dn1")
        #expect(blocked.status == .failed && blocked.messages.contains("no other takes its chunks"), "\(blocked)")
        #expect(blocked.messages.contains("'node allow dn2 --for public.metrics'"))
        #expect(blocked.messages.contains("'node attach dn3 --to public.metrics'"))
    }

    @Test func anEmptyNodeIsUnchanged() async throws {
        canned.has(placed: [1: ["dn1"]], blocked: ["dn3"])
        let answer = try await run("node drain dn3")
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.messages.contains("unchanged: node dn3 has no chunks, and takes no new ones"))
        #expect(blockings == 0)
    }

    /// A node that was down at the end of the moves could not be told then.
    @Test func whatAnEarlierMoveLeftIsPutBackAlsoWhereThereIsNothingToDo() async throws {
        canned.has(placed: [1: ["dn1"]], blocked: ["dn3"])
        canned["dn2"].answer(RetryInterval.left, .rows([["database": "dist"]]), .none)
        canned["dn2"].answer(RetryInterval.lockDoor, .value("f"))
        canned["dn2"].answer(RetryInterval.isLast, .value("t"))
        canned["dn2"].answer(RetryInterval.query, .rows([["milliseconds": "100", "database": "dist"]]))
        let answer = try await run("node drain dn3")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.messages.contains(
                "dn2: wal_retrieve_retry_interval, which an earlier move had left lowered, is put back"), "\(answer)")
        let preview = try await run("node drain dn3 --dry-run")
        #expect(!preview.messages.contains("wal_retrieve_retry_interval"), "\(preview)")
    }

    @Test func newChunksAreKeptAwayAlsoWhereThereAreNoneYet() async throws {
        canned.has(placed: [1: ["dn1"]])
        canned[CannedCluster.accessNode].answer(
            Nodes.block("dn3", for: CannedCluster.metrics, CannedCluster.capabilities).statements[0], .value("1"))
        let answer = try await run("node drain dn3")
        #expect(answer.status == .done, "\(answer)")
        #expect(blockings == 1)
    }

    /// A chunk may have been made there before new ones were kept away, and after the chunks were read.
    @Test func whatWasMadeMeanwhileIsMovedToo() async throws {
        canned.has(placed: [1: ["dn1"]], blocked: ["dn3"])
        canned[CannedCluster.accessNode].answer(ChunkPlacement.copies(on: []), .value("1"), .value("0"))
        let answer = try await run("node drain dn3")
        #expect(answer.status == .done, "\(answer)")
        #expect(canned.toAccessNode.count { $0 == ChunkPosition.list(of: []).text } == 2)
    }

    @Test func whatCannotBeMovedIsTold() async throws {
        canned.has(placed: [1: ["dn2"], 2: ["dn2"], 3: ["dn1"]])
        // The access node has a copy there that is not there.
        canned.has(copies: [10: 1000], on: "dn2")
        let broken = try await run("node drain dn2 --dry-run")
        #expect(broken.status == .partial, "\(broken)")
        #expect(broken.messages.contains("_dist_hyper_1_2_chunk: the access node's catalog has a copy on dn2"))
        #expect(broken.messages.contains("'hypertable repair public.metrics' mends it"))

        canned.has(placed: [1: ["dn2"], 2: ["dn2", "dn1"], 3: ["dn1"]])
        canned["dn2"].openings = [.down("dn2")]
        let down = try await run("node drain dn2 --dry-run")
        // As the drain itself would end: there is nothing that it could begin.
        #expect(down.status == .failed, "\(down)")
        #expect(down.messages.contains("_dist_hyper_1_1_chunk: no node that has it can be read from: dn2"))
        #expect(down.messages.contains("dn2 does not answer, and what it has is copied from other copies"))
        // Nothing can be dropped there, nor need it be.
        #expect(!down.data.contains("drop"))
        #expect(down.messages.contains("'node delete dn2 --force'"))
    }

    /// Other nodes may take what those have that were named: no new server is needed.
    @Test func whereThoseThatWereNamedHaveTheCopiesOthersAreNamed() async throws {
        let canned = CannedCluster(nodes: 4)
        canned.has(placed: [1: ["dn2", "dn3"]], factor: 2)
        canned[CannedCluster.accessNode].answer(
            Nodes.block("dn2", for: CannedCluster.metrics, CannedCluster.capabilities).statements[0], .value("1"))
        let answer = try await ShellTrial(canned).run("node drain dn2 --to dn3 --parallel 6")
        #expect(answer.status == .failed, "\(answer)")
        #expect(
            answer.messages.contains(
                "each of those in --to that takes chunks of metrics has a copy, or is on the server of one: dn3"),
            "\(answer)")
        #expect(
            answer.messages.contains("help: name others in --to, or leave it out: dn1, dn4 may take it"), "\(answer)")
        #expect(!answer.messages.contains("node attach"))
        #expect(answer.messages.contains("note: to go on: node drain dn2 --parallel 6\n"), "\(answer)")
        canned.has(placed: [1: ["dn2", "dn3"]], factor: 2, attached: ["dn1", "dn2", "dn3"])
        let taker = try await ShellTrial(canned).run("node drain dn2 --to dn4 --dry-run")
        #expect(taker.messages.contains("none of those in --to takes chunks of metrics: dn4"), "\(taker)")
    }

    /// What a foreign key refers to would be missing there.
    @Test func aNodeWhoseParentsLackRowsIsGivenNothingWhereAnotherHasThem() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"]])
        canned[CannedCluster.accessNode].answer(
            MovingCatalog.tables([]),
            .rows([
                [
                    "id": "1", "nodes": "{dn1,dn2,dn3}", "blocked": "{}", "namesake": "f", "parent_schemas": "{public}",
                    "parents": "{devices}",
                ]
            ]))
        for (node, rows) in [("dn1", "10"), ("dn2", "2"), ("dn3", "10")] {
            canned[Place(stringLiteral: node)].answer(
                NodeMovingContents.query(chunks: [], parents: []),
                .rows([["kind": "parent", "number": "1", "known": "t", "rows": rows]]))
        }
        let answer = try await run("node drain dn1 --dry-run --format csv")
        let moves = answer.data.split(separator: "\n").dropFirst()
        #expect(moves.count == 2 && moves.allSatisfy { $0.contains(",dn1,dn3,") }, "\(answer)")
        // Where nobody else takes it, it is tried.
        let only = try await run("node drain dn1 --to dn2 --dry-run --format csv")
        #expect(only.data.split(separator: "\n").dropFirst().allSatisfy { $0.contains(",dn1,dn2,") }, "\(only)")
        #expect(only.status == .done && only.data.split(separator: "\n").count == 3)
    }

    /// A chunk on dn1, dn2 and dn3, which is down, in a cluster of four.
    private static func withDeadNode(_ first: String, _ second: String, read: String) -> CannedCluster {
        let canned = CannedCluster(nodes: 4)
        canned.has(placed: [1: ["dn1", "dn2", "dn3"]], factor: 3)
        canned["dn3"].openings = [.down("dn3")]
        for (node, hash) in [("dn1", first), ("dn2", second)] {
            let own = ["rows": "1", "hash": hash] as [String: String?]
            canned.answers(node, .digest(), about: 1, [own])
            canned.answers(node, .parts, about: 1, [own.merging(["part": "1"]) { $1 }])
            canned.answers(node, .rows([1]), about: 1, [["hash": hash, "rows": "1", "key": "time=1"]])
        }
        canned[CannedCluster.accessNode].answer(ReadCopy.list(of: [1]), .rows([["id": "1", "node": read]]))
        return canned
    }

    /// The first by name may be wrong, and would be multiplied.
    @Test(arguments: ["dn1", "dn2"]) func whatADeadNodeHasIsCopiedFromTheCopyThatIsRead(_ read: String) async throws {
        let canned = Self.withDeadNode("7", "7", read: read)
        let answer = try await ShellTrial(canned).run("node drain dn3 --dry-run --format csv")
        #expect(answer.data.contains("copy,metrics,") && answer.data.contains(",\(read),dn4,"), "\(answer)")
    }

    @Test func whereTheOtherCopiesDifferNoneIsCopied() async throws {
        let canned = Self.withDeadNode("7", "8", read: "dn2")
        let answer = try await ShellTrial(canned).run("node drain dn3 --dry-run")
        #expect(answer.status == .failed && !answer.data.contains("copy "), "\(answer)")
        #expect(answer.messages.contains("its copies on dn1, dn2 differ"), "\(answer)")
        #expect(answer.messages.contains("'hypertable repair public.metrics'"), "\(answer)")
    }

    /// No other node is needed.
    @Test func aNodeThatIsOnlySilentIsAwaited() async throws {
        let canned = CannedCluster(nodes: 3)
        canned.has(placed: [1: ["dn1", "dn3"]], factor: 2)
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await ShellTrial(canned).run("node drain dn1 --dry-run")
        #expect(
            answer.messages.contains("the only node that may take it has no copy, and dn2 does not answer"), "\(answer)"
        )
        #expect(answer.messages.contains("run it again when it answers: 'node ping dn2'"), "\(answer)")
        #expect(!answer.messages.contains("node attach"), "\(answer)")
    }

    @Test func aNodeIsNotGivenItsOwnChunks() async throws {
        canned.has(placed: [1: ["dn2"]])
        let answer = try await run("node drain dn2 --to dn1,dn2")
        #expect(answer.status == .failed && answer.messages.contains("dn2 is to be emptied"), "\(answer)")
    }

    @Test func copiesNeverComeToOneServer() async throws {
        canned.has(placed: [1: ["dn1", "dn2"]], factor: 2)
        // dn3 is on the server of dn1.
        canned["dn3"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn3", server: "server of dn1")]))
        let answer = try await run("node drain dn2 --dry-run")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("has a copy, or is on the server of one"))
    }
}
