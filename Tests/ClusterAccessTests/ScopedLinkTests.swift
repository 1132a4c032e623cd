import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// Connections beside the session's own: each is closed however its work ends.
@Suite(.timeLimit(.minutes(1))) struct ScopedLinkTests {
    private let canned = CannedCluster()
    private let node = DataNode(name: "dn1", host: "dn1", database: "dist")

    init() { canned["dn1"].answer("SELECT 1", .value("1")) }

    private func ask(_ cluster: Cluster) async throws(ClusterError) -> String? {
        try await cluster.asking(node) { link throws(ClusterError) in
            try await cluster.send("SELECT 1", on: link, node: "dn1").value
        }
    }

    @Test func itIsClosedAfterSuccess() async throws {
        let cluster = canned.cluster()
        #expect(try await ask(cluster) == "1")
        #expect(canned.servers.opened == 2 && canned.servers.open == 1)
        #expect(try await cluster.aside { link in await link.isOpen })
        #expect(canned.servers.opened == 3 && canned.servers.open == 1)
        await cluster.connection.disconnect()
        #expect(canned.servers.open == 0)
    }

    @Test func itIsClosedAfterAFailure() async {
        canned["dn1"].answer("SELECT 1", .refused("no"))
        let cluster = canned.cluster()
        let error = await failure { try await ask(cluster) }
        #expect(error?.message == "no" && error?.node == "dn1")
        _ = await failure { try await cluster.aside { _ throws(ClusterError) in throw ClusterError("no") } }
        #expect(canned.servers.opened == 3 && canned.servers.open == 1)
    }

    @Test func itIsClosedAfterAnInterrupt() async {
        let gate = Gate()
        canned["dn1"].answer("SELECT 1", .held(gate, .none))
        let cluster = canned.cluster()
        let task = Task { try await ask(cluster) }
        await gate.isHolding(1)
        task.cancel()
        #expect(await failure { try await task.value }?.kind == .interrupted)
        #expect(canned.servers.open == 1)
    }

    // MARK: Who answers there

    @Test func anotherClustersNodeIsRefused() async {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: "c2")]))
        let error = await failure { try await ask(canned.cluster()) }
        #expect(
            error?.message
                == "what answers at dn1:5432, database dist is not the data node dn1: it belongs to the cluster c2")
        #expect(error?.kind == .mismatched)
        #expect(canned.servers.open == 1)
        #expect(canned.servers.statements(to: "dn1") == [NodeState.anyQuery.text])
    }

    @Test func aDatabaseOfNoClusterIsRefused() async {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: nil)]))
        #expect(await failure { try await ask(canned.cluster()) }?.message.contains("is not the data node dn1") == true)
    }

    @Test(arguments: ["42P01", "3F000"]) func soIsOneWithoutTimescaleDB(sqlstate: String) async {
        canned["dn1"].answer(NodeState.anyQuery, .refused("there is no such table", sqlstate: sqlstate))
        #expect(await failure { try await ask(canned.cluster()) }?.message.contains("is not the data node dn1") == true)
    }

    @Test func anotherErrorProvesNothing() async {
        canned["dn1"].answer(NodeState.anyQuery, .refused("permission denied", sqlstate: "42501"))
        let error = await failure { try await ask(canned.cluster()) }
        #expect(error?.message == "permission denied" && error?.node == "dn1")
    }

    @Test func beforeTheFirstNodeThereIsNoClusterToBeIn() async {
        let plain = CannedCluster.capabilities(of: "an1").merging(["metadata": "uuid=c1"]) { $1 }
        canned["an1"].answer(Capabilities.query, .rows([plain]))
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: nil)]))
        #expect(await failure { try await ask(canned.cluster()) }?.message.contains("is not the data node dn1") == true)
    }

    @Test func anAddressAloneIsAskedWhateverIsThere() async throws {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: "c2")]))
        let cluster = canned.cluster()
        let answer = try await cluster.asking(ServerAddress(node)) { link throws(ClusterError) in
            try await cluster.send("SELECT 1", on: link, node: "dn1").value
        }
        #expect(answer == "1")
        #expect(canned.servers.open == 1)
    }
}
