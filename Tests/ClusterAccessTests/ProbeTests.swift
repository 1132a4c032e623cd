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
        var row = CannedCluster.state(of: "dn1", server: "2026", inDoubt: 3)
        row["in_recovery"] = "t"
        canned["dn1"].answer(NodeState.anyQuery, .rows([row]))
        let probe = await probe()
        #expect(probe.state == .up && probe.error == nil)
        #expect(probe.version == "2.13.1" && probe.isInRecovery == true)
        #expect(probe.server == ServerIdentity(started: "2026") && probe.inDoubt == 3)
    }

    @Test func whereNothingListensItIsDown() async {
        canned["dn1"].openings = [.down("dn1")]
        let probe = await probe()
        #expect(probe.state == .down)
        #expect(probe.message == "Connection refused")
        #expect(probe.inDoubt == nil && probe.version == nil)
    }

    @Test func soItIsIfItsConnectionBreaks() async {
        canned["dn1"].answer(NodeState.anyQuery, .lost)
        #expect(await probe().state == .down)
    }

    @Test func whoeverGivesNoAnswerHangs() async {
        canned["dn1"].openings = [.silence]
        canned["dn2"].answer(NodeState.anyQuery, .silence)
        canned["dn3"].answer(NodeState.anyQuery, .frozen)
        for name in canned.nodes { #expect(await probe(name).state == .hanging, "\(name)") }
        // Of each of the three clusters, the connection to the access node.
        #expect(canned.servers.open == 3)
    }

    @Test func whoeverRejectsThisRoleRefuses() async {
        canned["dn1"].openings = [.password("sesame")]
        canned["dn2"].openings = [
            .refused(
                PostgresError(
                    .connectionFailed,
                    ServerMessage(sqlstate: "28000", message: "ВАЖНО:  pg_hba.conf отвергает подключение")))
        ]
        canned["dn3"].answer(NodeState.anyQuery, .refused("permission denied", sqlstate: "42501"))
        for name in canned.nodes { #expect(await probe(name).state == .refused, "\(name)") }
    }

    /// The words are the server's, in any language.
    @Test(arguments: ["3D000", "57P03", "53300", "28000", "28P01", "58000"])
    func theSQLSTATETellsARefusalFromAServerThatIsDown(_ sqlstate: String) async {
        canned["dn1"].openings = [
            .refused(PostgresError(.connectionFailed, ServerMessage(sqlstate: sqlstate, message: "нет")))
        ]
        #expect(await probe().state == .refused)
        var error = PostgresError(.connectionFailed, "FATAL:  no such file")
        canned["dn1"].openings = [.refused(error)]
        #expect(await probe().state == .down)
        error.isAnswered = true
        canned["dn1"].openings = [.refused(error)]
        #expect(await probe().state == .refused)
    }

    /// What tscl sees decides before words that may be of any language.
    @Test(arguments: [
        (Probe.State.up, "Connection refused", Probe.State.refused), (.refused, "Connection refused", .refused),
        (.down, "Connection refused", .down), (.down, "FATAL:  role \"app\" does not exist", .refused),
        (.hanging, "Connection refused", .down), (.hanging, "ВАЖНО:  роль не существует", .refused),
    ])
    func theAccessNodesWayIsJudgedBesideOurs(_ here: Probe.State, _ message: String, _ there: Probe.State) {
        let node = DataNode(name: "dn1", host: "dn1", database: "dist")
        var probe = Probe(
            node, failing: ClusterError("not from here"), fromAccessNode: .unreached(ClusterError(message)))
        probe.state = here
        #expect(probe.stateFromAccessNode == there)
    }

    @Test func oneFaultSeenFromTwoPlacesIsToldOnce() {
        let reason = "FATAL:  database \"dist\" is not currently accepting connections"
        var probe = Probe(
            DataNode(name: "dn1", host: "dn1", database: "dist"), failing: ClusterError(reason),
            fromAccessNode: .unreached(ClusterError("could not connect to \"dn1\": \(reason)")))
        probe.state = .refused
        #expect(probe.remark == reason)
    }

    @Test func aStrangerRefusesToo() async {
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: "c2")]))
        let probe = await probe()
        #expect(probe.state == .refused)
        #expect(
            probe.message
                == "what answers at dn1:5432, database dist is not the data node dn1: it belongs to the cluster c2")
    }

    @Test func behindAnInterruptTheStateIsNotKnown() async throws {
        let gate = Gate()
        canned["dn2"].answer(NodeState.anyQuery, .held(gate, .none))
        let cluster = canned.cluster()
        let nodes = try await cluster.nodes()
        let task = Task { await cluster.probe(nodes) }
        await gate.isHolding(1)
        task.cancel()
        let probes = await task.value
        #expect(probes.map(\.node.name) == canned.nodes)
        #expect(probes[1].state == .interrupted)
        await cluster.connection.kept.forget()
        #expect(canned.servers.open == 1)
    }
}
