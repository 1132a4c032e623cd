import CannedServers
import MultiNode
import Shell
import Testing

/// Operations whose session of the access node is lost while they work.
@Suite struct LostSessionTests {
    private let canned = CannedCluster()
    private static let command = "chunk move _dist_hyper_1_1_chunk _dist_hyper_1_2_chunk --to dn2 --parallel 6"

    init() {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"]])
    }

    /// Lets the session be lost at the first question of a step, so many times. The chunks were dropped meanwhile.
    private func lose(_ times: Int) {
        canned["an1"].replies(
            to: ChunkStanding.query(ofChunk: 1), Array(repeating: .lost, count: times) + [.none])
    }

    @Test func whatWasOnlyAskedAboutIsAskedOverAnother() async throws {
        lose(1)
        let answer = try await canned.run(Self.command)
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.data.split(separator: "\n").allSatisfy { $0.hasPrefix("unneeded: ") }, "\(answer)")
        #expect(
            answer.messages.contains("note: the connection to the access node was lost; it is opened again"),
            "\(answer)")
    }

    @Test func whatHasNotBegunGoesOn() async throws {
        lose(2)
        let answer = try await canned.run(Self.command)
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.data.contains("failed: _dist_hyper_1_1_chunk"), "\(answer)")
        #expect(answer.data.contains("unneeded: _dist_hyper_1_2_chunk"), "\(answer)")
        #expect(
            answer.messages.contains("note: to go on: chunk move _timescaledb_internal._dist_hyper_1_1_chunk --to dn2"),
            "\(answer)")
    }

    /// What was only asked about has changed nothing, and there is one advice: to run it again.
    @Test func whatHasNotBegunLeavesNoDoubt() async throws {
        lose(2)
        let answer = try await canned.run(Self.command)
        #expect(
            answer.messages.contains(
                "the connection to the access node was lost (server closed the connection unexpectedly), before it was begun"
            ), "\(answer)")
        #expect(!(answer.data + answer.messages).contains("whether this took effect"), "\(answer)")
        #expect(answer.messages.contains("help: run it again when the access node answers"), "\(answer)")
        #expect(!answer.messages.contains("look whether"), "\(answer)")
    }

    /// What comes behind it in a script may need what the lost session kept.
    @Test func theScriptIsToldOfTheLoss() async throws {
        lose(1)
        let answer = try await canned.run("\(Self.command)\nsql SELECT 1") { $0.keepGoing = true }
        #expect(answer.messages.contains("t:2:1: error: the connection to the access node was lost"), "\(answer)")
    }
}
