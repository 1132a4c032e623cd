import CannedServers
import ClusterAccess
import MultiNode
import Testing

/// The lists that the access node keeps.
@Suite struct ListTests {
    private let canned = CannedCluster()

    @Test func grantsAreListedByRoleAndThoseToPublicLeftOut() async throws {
        canned["an1"].answer(
            NodeGrants.list,
            .rows([
                ["node": "dn1", "grantee": "app"], ["node": "dn1", "grantee": nil], ["node": "dn2", "grantee": "app"],
            ]))
        #expect(try await canned.cluster().nodeGrants() == ["app": ["dn1", "dn2"]])
    }

    @Test func theHealingJobIsKnownByItsProcedure() async throws {
        canned["an1"].answer(
            Job.list(CannedCluster.capabilities),
            .rows([
                CannedCluster.row(job: 1, procedure: "policy"),
                CannedCluster.row(job: 2, procedure: "tscl_heal_data_nodes"),
            ]))
        #expect(try await canned.cluster().healingJob()?.id == 2)
    }

    @Test func aVerdictNeedsTheSnapshotAndThenTheLog() async throws {
        let (committed, snapshot) = try await canned.cluster().verdicts(on: ["ts-1-2-3-4"])
        #expect(committed.isEmpty && snapshot.next == 700)
        #expect(canned.toAccessNode == [TransactionSnapshot.query.text, InDoubtTransaction.committed(among: []).text])
        #expect(canned.servers.sent.last?.values == ["{ts-1-2-3-4}"])
        canned["an1"].answer(TransactionSnapshot.query, .none)
        let error = await failure { try await canned.cluster().verdicts(on: []) }
        #expect(error?.message == "the access node did not say which transactions are in progress")
    }

    private func chosen(_ nodes: [DataNode], by cluster: Cluster, withoutOwn: Bool) async throws -> [String] {
        let own = withoutOwn ? try await cluster.capabilities().server : nil
        return ServerChoice(await cluster.probe(nodes).map { ($0.node, $0.server) }, without: own).nodes.map(\.name)
    }

    @Test func oneNodeOfEachServerIsChosen() async throws {
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2", server: "server of dn1")]))
        let besideAccessNode = CannedCluster.state(of: "dn3", server: "server of an1", database: "other")
        canned["dn3"].answer(NodeState.anyQuery, .rows([besideAccessNode]))
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        #expect(try await chosen(nodes, by: cluster, withoutOwn: false) == ["dn1", "dn3"])
        #expect(try await chosen(nodes, by: cluster, withoutOwn: true) == ["dn1"])
    }

    @Test func aNodeThatCantBeAskedIsKnownByItsAddress() async throws {
        for place: Place in ["dn1", "dn2", "dn3"] { canned[place].openings = [.down(place)] }
        canned["an1"].answer(
            DataNode.list,
            .rows(["dn1", "dn2", "dn3"].map { CannedCluster.row(node: $0, host: $0 == "dn3" ? "dn2" : $0) }))
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        #expect(try await chosen(nodes, by: cluster, withoutOwn: true) == ["dn1", "dn2"])
    }

    @Test func aPasswordLeavesAsItsVerifier() async throws {
        let verifier = try await canned.cluster().verifier("sesame", user: "app")
        #expect(verifier.hasPrefix("SCRAM-SHA-256$") && !verifier.contains("sesame"))
        #expect(canned.servers.sent.isEmpty)
    }
}
