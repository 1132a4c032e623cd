import CannedServers
import MultiNode
import Shell
import Testing

/// What `heal` says of nodes that it does not look at.
@Suite struct HealAnswerTests {
    private let canned = CannedCluster()

    private func heal(_ nodes: String, unavailable: Set<String>) async throws -> ShellTrial.Answer {
        let rows = canned.nodes.map { CannedCluster.row(node: $0, isAvailable: !unavailable.contains($0)) }
        canned["an1"].answer(DataNode.list, .rows(rows))
        canned["an1"].otherwise = .value("0")
        return try await canned.run("heal \(nodes) --format json")
    }

    @Test func aNodeThatIsNamedAndNotLookedAtIsNoSuccess() async throws {
        let alone = try await heal("dn1", unavailable: ["dn1"])
        #expect(alone.status == .failed)
        #expect(alone.messages == "error: not healed: dn1 (skipped: it is marked unavailable)\n")
        #expect(alone.data.contains(#""ok":false,"#) && alone.data.contains(#"{"node":"dn1","ok":false,"#))
        let among = try await heal("dn1,dn2", unavailable: ["dn1"])
        #expect(among.status == .partial && among.messages == alone.messages)
    }

    @Test(arguments: ["all", "'dn*'"]) func oneAmongOthersIsPassedOver(_ nodes: String) async throws {
        let answer = try await heal(nodes, unavailable: ["dn1"])
        #expect(answer.status == .done)
        // Cron would mail what is on standard error, as long as the node is out of service.
        #expect(answer.messages.isEmpty)
        #expect(
            answer.data.contains(#/\["dn1","skipped",0,[0-9.]+,"marked unavailable; 'node enable' undoes that"\]/#),
            "\(answer)")
    }

    @Test func whereNoneIsLookedAtNoneIsHealed() async throws {
        let answer = try await heal("all", unavailable: ["dn1", "dn2", "dn3"])
        #expect(answer.status == .failed)
        #expect(answer.messages.hasPrefix("error: not healed: dn1 (skipped: it is marked unavailable), dn2 ("))
    }
}
