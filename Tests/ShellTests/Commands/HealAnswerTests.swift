import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// What `heal` says of nodes that it does not look at.
@Suite struct HealAnswerTests {
    private let canned = CannedCluster()

    /// Each with a server of its own.
    private func row(_ node: String, isAvailable: Bool = true) -> [String: String?] {
        var row = CannedCluster.row(node: node, isAvailable: isAvailable)
        row["server_oid"] = "1638\(node.dropFirst(2))"
        return row
    }

    private func heal(_ nodes: String, unavailable: Set<String>) async throws -> ShellTrial.Answer {
        canned["an1"].answer(DataNode.list, .rows(canned.nodes.map { row($0, isAvailable: !unavailable.contains($0)) }))
        canned["an1"].otherwise = .value("0")
        return try await canned.run("heal \(nodes) --format json")
    }

    @Test func aNodeThatIsNamedAndNotLookedAtIsNoSuccess() async throws {
        let alone = try await heal("dn1", unavailable: ["dn1"])
        #expect(alone.status == .failed)
        #expect(alone.messages == "t:1:1: error: not healed: dn1 (skipped: it is marked unavailable)\n")
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

    /// Nothing ends it but enabling the node.
    @Test func whatIsInDoubtOnANodeThatIsPassedOverIsTold() async throws {
        canned["dn1"].answer(
            InDoubtTransaction.list, .rows([["gid": "ts-1-5-16381-10", "age_seconds": "9", "owner": "ann"]]))
        let answer = try await heal("all", unavailable: ["dn1"])
        #expect(answer.status == .partial)
        #expect(
            answer.messages
                == "t:1:1: error: not healed: dn1 (skipped: it is marked unavailable, and 1 transaction is in doubt there)\n"
        )
        #expect(answer.data.contains(#"{"node":"dn1","ok":false,"#))
        let list = try await canned.run("heal list")
        #expect((list.messages + list.data).contains("'node enable dn1' ends what is in doubt there"), "\(list)")
    }

    @Test func whereNoneIsLookedAtNoneIsHealed() async throws {
        let answer = try await heal("all", unavailable: ["dn1", "dn2", "dn3"])
        #expect(answer.status == .failed)
        #expect(answer.messages.hasPrefix("t:1:1: error: not healed: dn1 (skipped: it is marked unavailable), dn2 ("))
    }

    @Test func aNodeThatHoldsAnothersIsLeftUnlessItIsAskedFor() async throws {
        canned["an1"].proof = .refused(
            #"[dn1]: invalid input syntax for type integer: "another access node has prepared ts-1-7-6-10""#,
            sqlstate: "22P02")
        let answer = try await canned.run("heal dn1 --format csv")
        #expect(answer.status == .failed && answer.data.contains("dn1,blocked,0,"), "\(answer)")
        #expect(answer.data.contains("the prepared transaction ts-1-7-6-10 is none that this access node knows of"))
        #expect(!canned.toAccessNode.contains { $0.contains("remote_txn_heal_data_node(") })
        let text = try await canned.run("heal dn1")
        #expect((text.messages + text.data).contains("heal dn1 --of-others"), "\(text)")
    }

    /// The rows have no place for what has ended it.
    @Test func theSettingThatEndsItIsTold() async throws {
        let statement = Healing.statement(
            for: DataNode(row: CannedCluster.row(node: "dn1")), CannedCluster.capabilities)
        canned["an1"].answer(
            statement, .refused("[dn1]: canceling statement due to lock timeout", sqlstate: "55P03"))
        canned["an1"].answer(Healing.advance, .value("1"))
        let limit: [String: String?] = ["name": "lock_timeout", "value": "100ms", "role": "postgres", "of_server": "f"]
        canned["dn1"].answer(SessionLimit.query(role: "postgres"), .rows([limit]))
        let answer = try await canned.run("heal dn1")
        #expect(answer.status == .failed, "\(answer)")
        #expect(
            answer.messages.contains("note: dn1: lock_timeout = 100ms, set for the role postgres on dn1, counts for"),
            "\(answer)")
        #expect(answer.messages.contains("RESET lock_timeout"))
    }

    private func objects(_ data: String) throws -> [[String: Any]] {
        try data.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
        }
    }

    /// As of every other operation; the last object names what was not done, and why.
    @Test func programsAreToldOfEachNodeAndOfTheRest() async throws {
        let statement = Healing.statement(
            for: DataNode(row: CannedCluster.row(node: "dn1")), CannedCluster.capabilities)
        /// One after the other, of which the second can't be reached.
        func heal(_ options: String) async throws -> ShellTrial.Answer {
            canned["an1"].answer(
                statement, .value("0"), .refused("could not connect to \"dn2\"", sqlstate: "08001"), .value("0"))
            return try await self.heal("all --parallel 1 \(options)", unavailable: [])
        }
        let answer = try await heal("")
        #expect(answer.status == .partial, "\(answer)")
        let objects = try objects(answer.data)
        let steps = objects.dropLast().compactMap { $0["step"] as? [String: Any] }
        #expect(steps.count == 3 && objects.count == 4, "\(answer)")
        let states = Dictionary(uniqueKeysWithValues: steps.map { ($0["node"] as? String, $0["state"] as? String) })
        #expect(states == ["dn1": "clean", "dn2": "unreachable", "dn3": "clean"])
        let last = try #require(objects.last)
        #expect(
            (last["error"] as? [String: Any])?["rest"] as? String == "heal dn2 --parallel 1 --format json", "\(answer)")
        let failures = try #require(last["failures"] as? [[String: Any]], "\(answer)")
        #expect(failures.map { $0["sqlstate"] as? String } == ["08001"])
        #expect((failures.first?["message"] as? String)?.hasPrefix("dn2: could not connect") == true, "\(answer)")
        // People see the reason in the row.
        #expect(answer.messages.hasSuffix("error: not healed: dn2 (unreachable)\n"), "\(answer)")
        #expect(!answer.messages.contains("could not connect"))
        let quiet = try self.objects(try await heal("--quiet").data)
        #expect(quiet.compactMap { ($0["step"] as? [String: Any])?["node"] as? String } == ["dn2"])
    }
}
