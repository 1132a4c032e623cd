import CannedServers
import MultiNode
import Postgres
import Testing

@testable import ClusterAccess

/// Several questions that go to a server at once.
@Suite(.timeLimit(.minutes(1))) struct QuestionTests {
    private let canned = CannedCluster(nodes: 1)

    @Test func eachHasItsOwnAnswerOrError() async throws {
        canned["an1"].answer("SELECT 1", .value("1"))
        canned["an1"].answer("SELECT 2", .refused("no", sqlstate: "42501"))
        canned["an1"].answer("SELECT 3", .value("3"))
        let answers = try await canned.cluster().ask(["SELECT 1", "SELECT 2", "SELECT 3"])
        #expect(answers.map { try? $0.get().value } == ["1", nil, "3"])
        #expect(answers[1].error?.sqlstate == "42501")
        #expect(canned.servers.trips.map(\.trips) == [1])
    }

    @Test func whatIsNotAnsweredAnyMoreHasAnErrorToo() async throws {
        canned["an1"].answer("SELECT 1", .value("1"))
        canned["an1"].answer("SELECT 2", .lost)
        let answers = try await canned.cluster().ask(["SELECT 1", "SELECT 2", "SELECT 3"])
        #expect(answers.map { $0.error?.kind } == [nil, .connectionLost, .connectionLost])
    }

    @Test func whatTheServerCanDoComesWithTheNodes() async throws {
        let cluster = canned.cluster()
        let (nodes, answers) = try await cluster.nodes(with: [LostNode.list])
        #expect(nodes.map(\.name) == ["dn1"] && answers.count == 1)
        #expect(try await cluster.capabilities().distributedID == "c1")
        #expect(canned.toAccessNode == [Capabilities.query.text, DataNode.list.text, LostNode.list.text])
        #expect(canned.servers.trips.map(\.trips) == [1])
    }

    /// What a server without multi-node refuses would end the user's transaction.
    @Test func inAnOpenTransactionTheServerIsAskedFirst() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["extension_version"] = .some(nil)
        canned["an1"].answer(Capabilities.query, .rows([row]))
        let cluster = canned.cluster()
        try await cluster.send("BEGIN")
        #expect((await failure { try await cluster.nodes() })?.message.contains("has no TimescaleDB") == true)
        #expect(canned.toAccessNode == ["BEGIN", Capabilities.query.text])
    }

    /// A stranger's answers are worth nothing.
    @Test func whatComesWithAStrangersStateIsNotUsed() async throws {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: "c2")]))
        let cluster = canned.cluster()
        let node = try #require(try await cluster.nodes().first)
        let error = await failure {
            try await cluster.meeting(node, asking: [DatabaseRole.list]) { _, _, _ throws(ClusterError) in }
        }
        #expect(error?.kind == .mismatched)
        #expect(canned.servers.open == 1)
    }
}
