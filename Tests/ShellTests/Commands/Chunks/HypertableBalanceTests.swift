import CannedServers
import MultiNode
import Shell
import Testing

/// What `hypertable balance` is going to do.
@Suite struct HypertableBalanceTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    @Test func chunksGoFromWhereMostIsToWhereLeastIs() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"], 3: ["dn1"], 4: ["dn1"], 5: ["dn2"], 6: ["dn2"]])
        let answer = try await run("hypertable balance --dry-run --format csv")
        #expect(answer.status == .done, "\(answer)")
        let moves = answer.data.split(separator: "\n").dropFirst()
        #expect(moves.count == 2 && moves.allSatisfy { $0.contains(",dn1,dn3,1000") }, "\(answer)")
        // The newest range stays.
        #expect(!answer.data.contains("_6_chunk"))
    }

    @Test func nodesThatHoldAlikeAreUnchanged() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"], 3: ["dn3"]])
        let answer = try await run("hypertable balance metrics --by chunks")
        #expect(answer.status == .done && answer.messages.contains("unchanged: the nodes hold alike"), "\(answer)")
    }

    @Test func whatCannotBeLevelledIsTold() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"], 3: ["dn3"], 4: ["dn3"]])
        let answer = try await run("hypertable balance --dry-run")
        #expect(answer.messages.contains("the nodes will not hold alike, to the threshold"), "\(answer)")
        let wide = try await run("hypertable balance --dry-run --threshold 80%")
        #expect(wide.messages.contains("unchanged: the nodes hold alike"), "\(wide)")
        let wrong = try await run("hypertable balance --threshold 0")
        #expect(wrong.messages.contains("'0' is no share of a hundred"), "\(wrong)")
    }

    @Test func whatIsNotKnownIsNotTakenForNothing() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"], 3: ["dn2"]])
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await run("hypertable balance --dry-run")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("dn2 does not answer, so that nobody knows what it holds"))
        #expect(answer.messages.contains("'node disable dn2'"))

        canned[CannedCluster.accessNode].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn2") }))
        let others = try await run("hypertable balance --dry-run --format csv")
        #expect(others.status == .done && others.data.contains(",dn1,dn3,1000"), "\(others)")
    }

    @Test func aChunkWithAMissingCopyStays() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"], 3: ["dn1"]])
        canned.has(copies: [10: 1000, 20: 1000], on: "dn1")
        let answer = try await run("hypertable balance --dry-run")
        #expect(answer.messages.contains("1 chunk with a missing copy stay") && !answer.data.contains("_3_chunk"))
    }
}
