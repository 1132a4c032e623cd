import CannedServers
import MultiNode
import Shell
import Testing

/// What can be asked once is asked once, however many nodes a cluster has.
@Suite struct EconomyTests {
    @Test(arguments: [
        "query SELECT 1", "role list", "role list --format script", "role check", "role show app", "role sync app",
        "role alter app --everywhere --createdb --grant-nodes all",
        "role create app --everywhere --if-not-exists --grant-nodes all", "role create new --on dn1 --grant-nodes dn2",
        "role grant app --nodes all", "role drop app --everywhere", "node list", "node ping",
        "node show dn1", "node disable dn1", "node delete dn1", "node attach dn1 --to metrics", "status", "check",
        "chunk list", "chunk verify", "hypertable list", "hypertable list --format script", "hypertable show metrics",
        "hypertable create t time --on all --if-not-exists", "heal list", "heal status", "heal schedule", "job list",
        "job list --format script", "job pause 1001", "exec SELECT 1", "assert cluster healthy", "assert in-doubt none",
        "assert role app exists everywhere", "assert node dn1 attached to metrics",
    ])
    func theAccessNodeIsAskedNothingTwice(_ command: String) async throws {
        let canned = CannedCluster(nodes: 16)
        for place in [CannedCluster.accessNode] + canned.nodes.map({ Place(stringLiteral: $0) }) {
            canned[place].otherwise = .done("DONE")
        }
        let answer = try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
        #expect(answer.status == .done, "\(answer)")
        let counts = Dictionary(grouping: canned.toAccessNode.withoutProof(\.self)) { $0 }.mapValues(\.count)
        #expect(counts.filter { $0.value > 1 }.isEmpty)
        #expect(canned.servers.open == 1)
        // Behind a pooler an application gets the session next.
        #expect(!canned.servers.sent.contains { $0.text.hasPrefix("SET ") && !$0.text.hasPrefix("SET LOCAL ") })
    }

    /// Each round trip to a distant server is waited for.
    @Test(arguments: [
        ("status", 2, 1), ("node ping", 1, 1), ("role list", 1, 1), ("heal all", 1, 1), ("check", 4, 2),
        ("hypertable show metrics", 2, 1),
    ])
    func itWaitsForFewAnswers(_ command: String, ofTheSession: Int, ofANode: Int) async throws {
        let canned = CannedCluster(nodes: 4)
        for node in canned.nodes { canned[Place(stringLiteral: node)].otherwise = .done("DONE") }
        _ = try await ShellTrial(canned).run(command)
        let trips = canned.servers.trips
        #expect(trips.first?.trips == ofTheSession, "\(trips)")
        for node in trips where canned.nodes.contains(node.place.description) {
            #expect(node.trips == ofANode, "\(trips)")
        }
    }

    /// A server has few of them, and each costs more than what is asked over it.
    @Test(arguments: [
        ("query SELECT 1", 1, 1), ("node list", 1, 1), ("role list", 1, 1), ("node ping", 9, 9), ("status", 9, 9),
        ("check", 9, 9), ("heal all", 16, 16), ("heal all --parallel 4", 4, 4),
    ])
    func itOpensFewSessionsOfTheAccessNode(_ command: String, all: Int, atOnce: Int) async throws {
        let canned = CannedCluster(nodes: 128)
        for place in [CannedCluster.accessNode] + canned.nodes.map({ Place(stringLiteral: $0) }) {
            canned[place].otherwise = .done("DONE")
        }
        _ = try await ShellTrial(canned).run(command)
        let attempts = canned.servers.attempts.map(\.place)
        #expect(attempts.count { $0 == CannedCluster.accessNode } <= all)
        #expect(canned.servers.mostOpen(at: CannedCluster.accessNode) <= atOnce)
        for node in canned.nodes { #expect(canned.servers.mostOpen(at: Place(stringLiteral: node)) <= 1) }
    }

    @Test(arguments: [
        ("query SELECT 1", 2), ("role list", 4), ("node ping", 3), ("status", 6), ("hypertable show metrics", 5),
        ("check", 24), ("chunk list", 4), ("role list --format script", 6),
    ])
    func itGetsNoMoreStatementsWithMoreNodes(_ command: String, _ statements: Int) async throws {
        for nodes in [1, 3, 16] {
            let canned = CannedCluster(nodes: nodes)
            for node in canned.nodes { canned[Place(stringLiteral: node)].otherwise = .done("DONE") }
            _ = try await ShellTrial(canned).run(command)
            #expect(canned.toAccessNode.count == statements, "\(nodes) nodes")
        }
    }
}
