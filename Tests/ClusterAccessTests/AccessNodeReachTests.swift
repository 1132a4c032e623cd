import CannedServers
import ClusterAccess
import MultiNode
import Testing

/// Whether the access node reaches its nodes, as it says itself.
@Suite(.timeLimit(.minutes(1))) struct AccessNodeReachTests {
    private let canned = CannedCluster()
    private let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
    private let visit = NodeReach.visit("", CannedCluster.capabilities)

    private func reach() async throws -> [String] {
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        let reach = await cluster.reachFromAccessNode(nodes, within: .seconds(4))
        return nodes.map { node in
            switch reach[node.name] {
            case .reached: "reached"
            case .unreached(let error): "unreached: \(error.summary)"
            case .hanging: "hanging"
            case .unknown(let why): "unknown: \(why)"
            case nil: "not asked"
            }
        }
    }

    private func answer(_ rows: [(node: String, reached: String, ms: String)]) {
        canned["an1"].answer(ping, .rows(rows.map { ["node": $0.node, "reached": $0.reached, "ms": $0.ms] }))
    }

    @Test func whereAllIsWellOneStatementAsks() async throws {
        #expect(try await reach() == ["reached", "reached", "reached"])
        #expect(canned.toAccessNode.filter { $0 == ping.text }.count == 1)
        #expect(!canned.toAccessNode.contains("BEGIN"))
        #expect(canned.servers.open == 1)
    }

    @Test func whyAnotherIsNotReachedIsAskedForAndChangesNothing() async throws {
        answer([("dn1", "t", "2"), ("dn2", "f", "2"), ("dn3", "f", "1001")])
        canned["an1"].answer(visit, .refused("could not connect to \"dn2\"", sqlstate: "08001"))
        #expect(try await reach() == ["reached", "unreached: could not connect to \"dn2\"", "hanging"])
        #expect(canned.toAccessNode.filter { $0 == visit.text }.count == 1)
        #expect(canned.toAccessNode.contains("BEGIN") && !canned.toAccessNode.contains("COMMIT"))
    }

    @Test func whatTheAccessNodeRefusesSaysNothingOfTheNode() async throws {
        answer([("dn1", "f", "2"), ("dn2", "t", "2"), ("dn3", "t", "2")])
        canned["an1"].answer(visit, .refused("permission denied for function distributed_exec", sqlstate: "42501"))
        #expect(
            try await reach() == ["unknown: permission denied for function distributed_exec", "reached", "reached"])
    }

    @Test func aNodeMarkedUnavailableIsNotGoneTo() async throws {
        canned["an1"].answer(
            DataNode.list, .rows([CannedCluster.row(node: "dn1", isAvailable: false)]))
        let reach = try await reach()
        #expect(reach.first?.hasPrefix("unknown: it is marked unavailable") == true)
        #expect(!canned.toAccessNode.contains(ping.text))
    }

    @Test func withoutATimeLimitAHangingNodeIsNotVisited() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["functions"] = row["functions"].flatMap { $0 }?.replacing("ping_data_node(node_name,timeout)", with: "p()")
        canned["an1"].answer(Capabilities.query, .rows([row]))
        canned["an1"].answer(visit, .done("CALL"))
        canned["dn3"].openings = [.silence]
        let cluster = canned.cluster()
        let probes = await cluster.probeBothWays(try await cluster.nodes(), timeout: .seconds(4))
        #expect(probes.map(\.nodeState) == [.up, .up, .hanging])
        #expect(canned.toAccessNode.filter { $0 == visit.text }.count == 2)
    }
}
