import CannedServers
import MultiNode
import Postgres
import Testing

@testable import ClusterAccess

/// Connections to data nodes that outlive the work that has opened them.
@Suite(.timeLimit(.minutes(1))) struct KeptLinkTests {
    private let canned = CannedCluster()
    private let node = DataNode(name: "dn1", host: "dn1", database: "dist")

    init() {
        canned["dn1"].answer("SELECT 1", .value("1"))
        canned["dn1"].answer("DISCARD ALL", .done("DISCARD ALL"))
    }

    @discardableResult
    private func ask(
        _ cluster: Cluster, _ node: DataNode? = nil, resets: Bool = false
    ) async throws(ClusterError) -> String? {
        try await cluster.asking(node ?? self.node, keeping: cluster.connection.kept, resets: resets) {
            link throws(ClusterError) in
            try await cluster.send("SELECT 1", on: link, node: "dn1").value
        }
    }

    @Test func theSecondUseOpensNoneAndRecognisesNothing() async throws {
        let cluster = canned.cluster()
        try await ask(cluster)
        #expect(try await ask(cluster) == "1")
        #expect(canned.servers.opened == 2)
        #expect(canned.servers.statements(to: "dn1") == [NodeState.anyQuery.text, "SELECT 1", "SELECT 1"])
        await cluster.connection.disconnect()
        #expect(canned.servers.open == 0)
    }

    @Test func whatMayHaveBeenLeftIsGoneBeforeTheSecondUse() async throws {
        let cluster = canned.cluster()
        try await ask(cluster, resets: true)
        try await ask(cluster)
        #expect(canned.servers.opened == 2)
        #expect(
            canned.servers.statements(to: "dn1") == [NodeState.anyQuery.text, "SELECT 1", "DISCARD ALL", "SELECT 1"])
    }

    @Test(arguments: [Reply.lost, .frozen]) func oneThatIsGoneIsOpenedAnew(reset: Reply) async throws {
        canned["dn1"].answer("DISCARD ALL", reset)
        let cluster = canned.cluster()
        try await ask(cluster, resets: true)
        #expect(try await ask(cluster) == "1")
        #expect(canned.servers.opened == 3 && canned.servers.open == 2)
        #expect(canned.servers.statements(to: "dn1").count { $0 == "SELECT 1" } == 2)
    }

    /// Nobody knows what it has done.
    @Test func whatIsLostUnderWayIsNotSentAgain() async throws {
        canned["dn1"].answer("SELECT 1", .value("1"), .lost)
        let cluster = canned.cluster()
        try await ask(cluster)
        #expect(await failure { try await ask(cluster) }?.kind == .connectionLost)
        #expect(canned.servers.statements(to: "dn1").count { $0 == "SELECT 1" } == 2)
        #expect(canned.servers.open == 1)
    }

    @Test func theStateOfANodeIsReadEachTime() async throws {
        let cluster = canned.cluster()
        for inDoubt in 0...1 {
            canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", inDoubt: inDoubt)]))
            #expect(await cluster.probe(node, keeping: cluster.connection.kept).inDoubt == inDoubt)
        }
        canned["dn1"].answer(NodeState.anyQuery, .lost)
        #expect(await cluster.probe(node, keeping: cluster.connection.kept).state == .down)
        #expect(canned.servers.opened == 3 && canned.servers.open == 1)
    }

    /// It is as slow over a new connection.
    @Test func aSlowNodeHasTheWholeLimit() async throws {
        let cluster = canned.cluster()
        try await ask(cluster)
        canned["dn1"].answer(NodeState.anyQuery, .silence)
        let probe = await cluster.probe(node, timeout: .seconds(1000), keeping: cluster.connection.kept)
        #expect(probe.state == .hanging)
        #expect(canned.servers.opened == 2)
        #expect(try #require(canned.servers.sent.last?.timeout) > .seconds(900))
    }

    @Test func whatWaitsForTheResetIsLeftLessTime() async throws {
        canned["dn1"].answer("DISCARD ALL", .held(Gate(), .done("DISCARD ALL")))
        let cluster = canned.cluster()
        try await ask(cluster, resets: true)
        let limit = Duration.milliseconds(4)
        try await cluster.asking(node, keeping: cluster.connection.kept, timeout: limit) { _ in }
        #expect(canned.servers.opened == 3 && canned.servers.open == 2)
        #expect(try #require(canned.servers.attempts.last?.timeout) <= limit * 3 / 4)
    }

    @Test func theWaitForTheResetCanBeInterrupted() async throws {
        let gate = Gate()
        canned["dn1"].answer("DISCARD ALL", .held(gate, .done("DISCARD ALL")))
        let cluster = canned.cluster()
        try await ask(cluster, resets: true)
        await gate.isHolding(1)
        let task = Task { await failure { try await ask(cluster) } }
        task.cancel()
        #expect(await task.value?.kind == .interrupted)
        #expect(canned.servers.opened == 2 && canned.servers.open == 1)
    }

    @Test func anotherAddressIsAnotherConnection() async throws {
        let cluster = canned.cluster()
        try await ask(cluster)
        let moved = DataNode(name: "dn1", serverOID: 7, host: "dn1", database: "dist")
        try await ask(cluster, moved)
        #expect(canned.servers.opened == 3)
    }

    @Test(arguments: [
        "SELECT delete_data_node('dn1', drop_database => true)", "alter database dist SET a = 1", "SELECT 1",
    ])
    func noneIsInTheWayOfWhatChangesServers(text: String) async throws {
        canned["an1"].otherwise = .none
        let cluster = canned.cluster()
        try await ask(cluster)
        try await cluster.send(SQL(text: text, shown: text))
        #expect(canned.servers.open == (text == "SELECT 1" ? 2 : 1))
    }

    /// As `exec` sends it, the statement is a parameter.
    @Test(arguments: ["ALTER ROLE app SET work_mem = '7MB'", "CREATE EXTENSION dblink", "VACUUM"])
    func norOfWhatIsSentOnToNodes(text: String) async throws {
        canned["an1"].otherwise = .none
        let cluster = canned.cluster()
        try await ask(cluster)
        for statement in DistributedExec.run(SQL(text: text, shown: text), CannedCluster.capabilities).statements {
            try await cluster.send(statement)
        }
        #expect(canned.servers.open == (text == "VACUUM" ? 2 : 1))
    }

    @Test func noticesGoToWhoeverUsesIt() async throws {
        canned["dn1"].answer("SELECT 1", .noticed(ServerMessage(message: "here"), .value("1")))
        let (first, second) = (RecordingListener(), RecordingListener())
        let connection = canned.cluster().connection
        try await ask(Cluster(connection, listener: first))
        try await ask(Cluster(connection, listener: second))
        #expect(first.events.count { $0 == "dn1 says: here" } == 1)
        #expect(second.events.count { $0 == "dn1 says: here" } == 1)
    }
}
