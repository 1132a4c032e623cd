import CannedServers
import MultiNode
import Postgres
import Testing

@testable import ClusterAccess

/// What a run of commands need not ask again.
@Suite(.timeLimit(.minutes(1))) struct KnownNodesTests {
    private let canned = CannedCluster(nodes: 2)
    /// Nothing in it is too old.
    private let cluster: Cluster
    private let start = [Capabilities.query.text, DataNode.list.text]

    private let second = [DataNode.registrations.text, DataNode.list.text]

    init() { cluster = canned.cluster(kept: KeptLinks(longestIdle: .seconds(600), trust: .seconds(600))) }

    private func prove(_ nodes: [DataNode]? = nil) async throws -> Int {
        canned["an1"].otherwise = .none
        let before = canned.toAccessNode.count(where: \.isProof)
        let known = try await cluster.knownNodes()
        try await cluster.prove(nodes ?? known)
        return canned.toAccessNode.count(where: \.isProof) - before
    }

    @Test func oneShortQuestionTellsThatTheNodesAreAsTheyWere() async throws {
        let first = try await cluster.knownNodes()
        #expect(first.map(\.name) == ["dn1", "dn2"])
        for _ in 0..<2 { #expect(try await cluster.knownNodes() == first) }
        #expect(canned.toAccessNode == start + second + [DataNode.registrations.text])
    }

    @Test func nodesThatAnotherSessionHasMovedAreReadAgain() async throws {
        for _ in 0..<2 { _ = try await cluster.knownNodes() }
        canned["an1"].answer(DataNode.registrations, .rows([["s": "(dn1,10.0.0.1)"]]))
        canned["an1"].answer(DataNode.list, .rows([CannedCluster.row(node: "dn1", host: "10.0.0.1")]))
        for _ in 0..<2 { #expect(try await cluster.knownNodes().map(\.host) == ["10.0.0.1"]) }
        let asked = DataNode.registrations.text
        #expect(canned.toAccessNode == start + second + [asked] + second + [asked])
    }

    @Test func anotherConnectionKnowsNone() async throws {
        _ = try await cluster.knownNodes()
        await cluster.connection.disconnect()
        _ = try await cluster.knownNodes()
        #expect(canned.toAccessNode == start + start)
    }

    @Test func aProofHoldsForWhatComesRightBehindIt() async throws {
        #expect(try await prove() == 2)
        #expect(try await prove() == 0)
        let nodes = try await cluster.knownNodes()
        #expect(try await prove([nodes[1]]) == 0)
        // The same name elsewhere is another node.
        #expect(try await prove([DataNode(name: "dn1", serverOID: 16385, host: "elsewhere", database: "dist")]) == 1)
    }

    @Test(arguments: ["ALTER SERVER dn1 OPTIONS (SET host 'b')", "CALL delete_data_node('dn1')"])
    func noProofHoldsBehindWhatMayMoveANode(text: String) async throws {
        #expect(try await prove() == 2)
        try await cluster.send(SQL(text: text, shown: text))
        #expect(try await prove() == 2)
    }

    @Test func aNodeThatIsNotReachedIsNotProved() async throws {
        canned["an1"].otherwise = .none
        let nodes = try await cluster.knownNodes()
        await cluster.connection.kept.noteProof(of: [nodes[0]], since: .now)
        #expect(await !cluster.connection.kept.areProved(nodes))
        await cluster.connection.kept.keeps(false)
        await cluster.connection.kept.noteProof(of: nodes, since: .now)
        #expect(await !cluster.connection.kept.areProved([nodes[0]]))
    }

    @Test func nodesThatHaveJustToldTheirServersAreNotAsked() async throws {
        let nodes = try await cluster.knownNodes()
        for _ in 0..<2 {
            #expect(await cluster.servers(of: nodes).map(\.server?.started) == ["server of dn1", "server of dn2"])
        }
        #expect(canned.servers.statements(to: "dn1") == [NodeState.anyQuery.text])
        await cluster.connection.kept.forget()
        #expect(await cluster.servers(of: nodes).count == 2)
        #expect(canned.servers.statements(to: "dn1").count == 2)
    }
}
