import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What a direct request says of a node.
@Suite(.timeLimit(.minutes(1))) struct ProbeTests {
    private let canned = CannedCluster()

    private func probe(_ name: String = "dn1") async -> Probe {
        await canned.cluster().probe(DataNode(name: name, host: name, database: "dist"), timeout: .seconds(2))
    }

    @Test func aNodeThatAnswersIsUp() async {
        var row = CannedCluster.state(of: "dn1", server: "77", inDoubt: 3)
        row["in_recovery"] = "t"
        canned["dn1"].answer(NodeState.query, .rows([row]))
        let probe = await probe()
        #expect(probe.state == .up && probe.error == nil)
        #expect(probe.version == "2.13.1" && probe.isInRecovery == true)
        #expect(probe.systemIdentifier == "77" && probe.inDoubt == 3)
    }

    @Test func whereNothingListensItIsDown() async {
        canned["dn1"].openings = [.down("dn1")]
        let probe = await probe()
        #expect(probe.state == .down)
        #expect(probe.message == "Connection refused")
        #expect(probe.inDoubt == nil && probe.version == nil)
    }

    @Test func soItIsIfItsConnectionBreaks() async {
        canned["dn1"].answer(NodeState.query, .lost)
        #expect(await probe().state == .down)
    }

    @Test func whoeverGivesNoAnswerHangs() async {
        canned["dn1"].openings = [.silence]
        canned["dn2"].answer(NodeState.query, .silence)
        canned["dn3"].answer(ClusterIdentity.query, .frozen)
        for name in canned.nodes { #expect(await probe(name).state == .hanging, "\(name)") }
        // Of each of the three clusters, the connection to the access node.
        #expect(canned.servers.open == 3)
    }

    @Test func whoeverRejectsThisRoleRefuses() async {
        canned["dn1"].openings = [.password("sesame")]
        canned["dn2"].openings = [
            .refused(PostgresError(.connectionFailed, "connection to server failed: FATAL:  no pg_hba.conf entry"))
        ]
        canned["dn3"].answer(NodeState.query, .refused("permission denied", sqlstate: "42501"))
        for name in canned.nodes { #expect(await probe(name).state == .refused, "\(name)") }
    }

    @Test func aServerThatIsThereIsNotDownWhateverTheWords() async {
        canned["dn1"].openings = [.turnedAway(PostgresError(.connectionFailed, "server does not support SSL"))]
        #expect(await probe().state == .refused)
        let both = await canned.cluster().probeBothWays([DataNode(name: "dn1", host: "dn1", database: "dist")])
        #expect(both.map(\.nodeState) == [.refused])
    }

    @Test func aStrangerRefusesToo() async {
        canned["dn1"].answer(ClusterIdentity.query, .value("c2"))
        let probe = await probe()
        #expect(probe.state == .refused)
        #expect(probe.message == "what answers at dn1:5432, database dist is not the data node dn1")
    }

    @Test func behindAnInterruptTheStateIsNotKnown() async throws {
        let gate = Gate()
        canned["dn2"].answer(NodeState.query, .held(gate, .none))
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        let task = Task { await cluster.probe(nodes) }
        await gate.isHolding(1)
        task.cancel()
        let probes = await task.value
        #expect(probes.map(\.node.name) == canned.nodes)
        #expect(probes[1].state == .interrupted)
        #expect(canned.servers.open == 1)
    }
}
