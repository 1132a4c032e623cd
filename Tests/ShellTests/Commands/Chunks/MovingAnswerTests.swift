import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// What programs are told of moves of chunks, and of what stands in their way.
@Suite struct MovingAnswerTests {
    private let canned = CannedCluster()

    private func object(_ command: String) async throws -> [String: Any] {
        let answer = try await ShellTrial(canned).run(command + " --format json")
        #expect(answer.data.count { $0 == "\n" } == 1, "\(answer)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(answer.data.utf8)) as? [String: Any], "\(answer)")
    }

    private func error(_ command: String) async throws -> (message: String, help: String) {
        let object = try await object(command)
        #expect(object["ok"] as? Bool == false)
        let error = try #require(object["error"] as? [String: Any], "\(object)")
        #expect((object["failures"] as? [[String: Any]])?.first?["help"] as? String == error["help"] as? String)
        return (try #require(error["message"] as? String), error["help"] as? String ?? "")
    }

    @Test func whatCannotBeMovedHasItsReasonAndRemedy() async throws {
        canned.has(placed: [1: ["dn1"]])
        let only = try await error("chunk drop-copy _dist_hyper_1_1_chunk --from dn1 --yes")
        #expect(only.message.contains("0 of 1 chunk done: ") && only.message.contains("is the only one"), "\(only)")
        #expect(only.help.contains("'chunk move "))

        canned.has(placed: [1: ["dn1"]], factor: 2, attached: ["dn1"])
        let lacking = try await error("hypertable repair")
        #expect(lacking.message.contains("each node that takes chunks of metrics has a copy"), "\(lacking)")
        #expect(lacking.help.contains("'node attach NAME --to public.metrics'"))

        canned.has(placed: [1: ["dn1"]])
        canned["dn2"].openings = [.down("dn2")]
        let down = try await error("chunk copy _dist_hyper_1_1_chunk --to dn2")
        #expect(down.message.contains("dn2"), "\(down)")
    }

    @Test func manyReasonsAreCounted() async throws {
        canned.has(placed: Dictionary(uniqueKeysWithValues: (1...8).map { ($0, ["dn1"]) }))
        let names = (1...8).map { "_dist_hyper_1_\($0)_chunk" }.joined(separator: " ")
        let object = try await object("chunk drop-copy \(names) --from dn1 --yes")
        let message = (object["error"] as? [String: Any])?["message"] as? String
        #expect(message?.hasSuffix("; and 5 others") == true, "\(object)")
        #expect((object["failures"] as? [Any])?.count == 8)
    }

    @Test func whatADryRunTellsPeopleItTellsPrograms() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"], 3: ["dn2"]])
        let object = try await object("node drain dn2 --dry-run")
        let notes = try #require(object["notes"] as? [String], "\(object)")
        #expect(notes.contains { $0.contains("dn2 takes no new chunks of metrics from then on") })
        #expect(notes.contains { $0.hasPrefix("2 chunks; 2000 bytes to copy, about ") }, "\(notes)")
        let estimate = try #require(object["estimate"] as? [String: Any])
        #expect(estimate["chunks"] as? Int == 2 && estimate["bytes"] as? Int == 2000)
        #expect(estimate["ms"] as? Double ?? 0 > 0)
        #expect(object["ok"] as? Bool == true && object["error"] == nil)

        canned["dn1"].openings = [.down("dn1")]
        let blocked = try await self.object("chunk move _dist_hyper_1_2_chunk --to dn1 --dry-run")
        #expect(blocked["ok"] as? Bool == false && blocked["error"] is [String: Any], "\(blocked)")
    }

    @Test func whatAPlanSaysBesidesItsSQLIsInNotes() async throws {
        let object = try await object("heal all --dry-run")
        #expect(object["columns"] as? [String] == ["where", "sql"])
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn2") }))
        let skipped = try await self.object("heal all --dry-run")
        #expect(
            skipped["notes"] as? [String] == ["unchanged: node dn2 is marked unavailable and skipped"], "\(skipped)")
    }
}
