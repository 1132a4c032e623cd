import CannedServers
import MultiNode
import Shell
import Testing

/// Nodes that leave although they have copies of chunks, by `--force`.
@Suite struct LeavingCopiesTests {
    private let canned = CannedCluster()

    /// A chunk on dn2 and dn3, with these hashes of rows there.
    private func prepare(_ first: [Int], _ second: [Int]) throws {
        canned.has(placed: [1: ["dn2", "dn3"]], factor: 2)
        canned["an1"].answer(Chunk.areShared(by: []), .value("t"))
        for statement in try Nodes.delete("dn2", force: true, CannedCluster.capabilities).statements {
            canned["an1"].answer(statement, .done("SELECT 1"))
        }
        for (node, rows) in [("dn2", first), ("dn3", second)] {
            canned.answers(node, .digest(), about: 1, [["rows": String(rows.count), "hash": "\(rows)"]])
            canned.answers(
                node, .parts, about: 1, rows.map { ["part": String($0), "rows": "1", "hash": String($0)] })
            canned.answers(
                node, .rows([]), about: 1, rows.map { ["hash": String($0), "rows": "1", "key": "time=\($0)"] })
        }
    }

    private var isDeleted: Bool { canned.toAccessNode.contains { $0.contains("delete_data_node(") } }

    @Test(arguments: ["node delete dn2 --force --yes", "node detach dn2 --force --yes"])
    func whatTheOthersLackIsNotLost(_ command: String) async throws {
        try prepare([1, 2, 3], [1])
        let answer = try await canned.run(command)
        #expect(answer.status == .failed && !isDeleted, "\(answer)")
        #expect(
            answer.messages.contains("of metrics \(CannedCluster.chunkName(1).shownName) can't be shown"), "\(answer)")
        #expect(answer.messages.contains("'node drain dn2'"), "\(answer)")
    }

    @Test(arguments: [[1, 2, 3], [1, 2, 3, 4]]) func whatTheOthersHaveIsLeft(_ others: [Int]) async throws {
        try prepare([1, 2, 3], others)
        let answer = try await canned.run("node delete dn2 --force --yes")
        #expect(answer.status == .done && isDeleted, "\(answer)")
    }

    /// Without it TimescaleDB refuses, and much would be read for that.
    @Test func withoutForceNothingIsCompared() async throws {
        try prepare([1, 2, 3], [1])
        _ = try await canned.run("node delete dn2 --yes")
        #expect(!canned.servers.sent.contains { $0.text.contains("hashtextextended") })
    }

    @Test func aNodeThatIsDownIsTakenOutAllTheSame() async throws {
        try prepare([1, 2, 3], [1])
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await canned.run("node delete dn2 --force --yes")
        #expect(answer.status == .done && isDeleted, "\(answer)")
        #expect(
            answer.messages.contains("whether it has rows that the other copies of 1 chunk lack is not known"),
            "\(answer)")
    }
}
