import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What a command waits for, as other connections find out.
@Suite struct WaitCauseTests {
    private let canned = CannedCluster()

    private func session(_ pid: Int = 1, wait: String?, holder: String? = nil, state: String? = "active") -> Reply {
        .rows([
            [
                "pid": String(pid), "state": state, "wait": wait, "old": "t", "holder": holder,
                "holder_role": holder.map { _ in "app" }, "holder_state": holder.map { _ in "idle in transaction" },
                "holder_seconds": holder.map { _ in "9" },
            ]
        ])
    }

    /// Whether nothing is to be said of it.
    private static func isNothing(_ cause: WaitCause) -> Bool { cause.text == nil && !cause.isSilent && !cause.isStuck }

    private func cause(_ accessNode: Reply, onNodes: [String: Reply] = [:]) async throws -> WaitCause {
        let before = canned.servers.open
        let cluster = canned.cluster()
        _ = try await cluster.link()
        canned["an1"].answer(SessionWait.query(of: []), accessNode)
        for node in canned.nodes {
            canned[Place(stringLiteral: node)].answer(SessionWait.ofAccessNode(), onNodes[node] ?? .none)
        }
        let cause = await cluster.waitCause(within: .seconds(60))
        // All but the session's own are closed again.
        #expect(canned.servers.open == before + 1)
        return cause
    }

    /// One session of a command may wait for what another holds, and that one asks nodes meanwhile.
    @Test func whatTheCommandItselfHoldsIsNotTold() async throws {
        let cluster = canned.cluster()
        let own = try await cluster.link().info.backendPID
        canned["an1"].answer(SessionWait.query(of: []), session(wait: "Lock", holder: String(own)))
        #expect(Self.isNothing(await cluster.waitCause(within: .seconds(60))))
        canned["an1"].answer(SessionWait.query(of: []), session(wait: "Lock", holder: "77"))
        #expect(await cluster.waitCause(within: .seconds(60)).text?.contains("process 77") == true)
    }

    @Test func aLockIsToldWithItsHolder() async throws {
        let cause = try await cause(session(wait: "Lock", holder: "77"))
        #expect(cause.text == "a lock that is held by process 77 (app, idle in transaction for 9 s)")
        #expect(cause.isStuck && !cause.isSilent)
        // What has begun to run meanwhile is left alone.
        #expect(cause.remedy?.contains("WHERE pid = 77 AND state LIKE 'idle%''") == true)
    }

    /// Who holds it may himself wait for that.
    @Test func aNodeThatDoesNotAnswerIsToldBeforeWhoHoldsALock() async throws {
        canned["dn2"].openings = [.silence]
        let cause = try await cause(session(wait: "Lock", holder: "77"))
        #expect(
            cause.text
                == "dn2, which does not answer; what hangs on it may be a lock that is held by process 77 (app, idle in transaction for 9 s)"
        )
        #expect(cause.isStuck && cause.remedy?.hasPrefix("'node ping dn2' tells more") == true && cause.help == nil)
    }

    @Test func whatWorksIsLeftAlone() async throws {
        for wait in ["IO", nil] {
            #expect(Self.isNothing(try await cause(session(wait: wait))))
        }
    }

    /// Also where one node is silent, and where nobody can see whether another works.
    @Test(arguments: ["IO", nil]) func whatMayBeWorkedOnIsLeftAlone(_ wait: String?) async throws {
        canned["dn1"].openings = [.silence]
        let other = wait == nil ? session(9, wait: nil, state: nil) : session(9, wait: wait)
        let cause = try await cause(session(wait: "Extension"), onNodes: ["dn2": other])
        #expect(!cause.isSilent && cause.text == "data nodes, perhaps for dn1, which does not answer")
    }

    @Test func whatIsAskedDirectlyIsToldWhereNobodyElseAnswers() async throws {
        let cluster = canned.cluster()
        _ = try await cluster.link()
        canned["an1"].answer(SessionWait.query(of: []), session(wait: "Client", state: "idle"))
        for silent in [["dn2"], ["dn1", "dn2"]] {
            for node in silent { canned[Place(stringLiteral: node)].openings = [] }
            let nodes = try await cluster.nodes().filter { ["dn1", "dn2"].contains($0.name) }
            let cause = try await cluster.asking(ServerAddress(nodes[0])) { _ in
                await self.asked(ServerAddress(nodes[1]), cluster, silent: silent)
            }
            #expect(cause?.text?.contains("dn2, which does") == true || cause?.text?.contains("dn1, dn2") == true)
            // Another node may still work on its answer.
            #expect(cause?.isSilent == (silent.count == 2))
        }
        #expect(Self.isNothing(await cluster.waitCause(within: .seconds(60))))
    }

    private func asked(_ address: ServerAddress, _ cluster: Cluster, silent: [String]) async -> WaitCause? {
        try? await cluster.asking(address) { _ in
            for node in silent { canned[Place(stringLiteral: node)].openings = [.silence] }
            return await cluster.waitCause(within: .seconds(60))
        }
    }

    @Test func aSilentNodeIsToldWhereNothingGoesOnElsewhere() async throws {
        canned["dn2"].openings = [.silence]
        let cause = try await cause(session(wait: "Extension"), onNodes: ["dn1": session(9, wait: "Client")])
        #expect(cause.text == "dn2, which does not answer" && cause.isSilent)
        #expect(cause.remedy?.contains("'node disable dn2'") == true)
    }

    /// Lets dn2 be at a port at which a server answers, and begins no session in time.
    private func makeLate() throws -> AnsweringPort {
        let port = try AnsweringPort()
        let rows = canned.nodes.map { node in
            var row = CannedCluster.row(node: node, host: node == "dn2" ? "127.0.0.1" : nil)
            if node == "dn2" { row["port"] = String(port.port) }
            return row
        }
        canned["an1"].answer(DataNode.list, .rows(rows))
        // Nor does it answer the access node in time.
        canned["dn2"].openings = [.silence]
        canned["127.0.0.1:\(port.port)"].openings = [.silence]
        return port
    }

    /// On a loaded machine a session may take seconds.
    @Test func whoeverAnswersLateIsNotCalledSilent() async throws {
        let port = try makeLate()
        let cause = try await cause(session(wait: "Extension"), onNodes: ["dn1": session(9, wait: "Client")])
        #expect(cause.text == "dn2, which takes long to answer" && !cause.isSilent && !cause.isStuck)
        let lock = try await self.cause(session(wait: "Lock", holder: "77"))
        #expect(lock.text == "a lock that is held by process 77 (app, idle in transaction for 9 s)")
        let cluster = canned.cluster()
        let watch = CopyWatch(cluster, among: try await cluster.nodes())
        #expect(await watch.silentNodes().isEmpty)
        await watch.close()
        withExtendedLifetime(port) {}
    }

    @Test func aServerThatStartsIsToldAsThat() async throws {
        canned["dn2"].openings = [
            .refused(
                PostgresError(
                    .connectionFailed,
                    ServerMessage(sqlstate: "57P03", message: "the database system is in recovery mode")))
        ]
        let cause = try await cause(session(wait: "Extension"))
        #expect(cause.text == "dn2, whose server is starting, or in recovery from a crash" && !cause.isSilent)
    }

    /// Without the access node no way to a node is known.
    @Test func whereTheAccessNodeIsLostItIsToldAndNoNode() async throws {
        let cluster = canned.cluster()
        _ = try await cluster.link()
        canned["an1"].answer(SessionWait.query(of: []), session(wait: "Extension"))
        canned["an1"].answer(DataNode.list, .rows(canned.nodes.map { CannedCluster.row(node: $0) }), .lost)
        _ = try await cluster.nodes()
        let cause = await cluster.waitCause(within: .seconds(60))
        #expect(cause.isSilent && cause.text == "the access node, which does not answer")
    }

    @Test func aLockOnANodeIsToldWithTheNode() async throws {
        let cause = try await cause(
            session(wait: "Extension"), onNodes: ["dn3": session(9, wait: "Lock", holder: "0")])
        #expect(cause.text == "a lock on dn3 that is held by a transaction in doubt" && cause.isStuck)
        let remedy = "'heal dn3' ends what is in doubt; 'heal list' shows what it leaves to others"
        #expect(cause.remedy == remedy && cause.help == remedy)
    }

    @Test func theAccessNodeIsToldWhereItIsSilent() async throws {
        let cluster = canned.cluster()
        _ = try await cluster.link()
        canned["an1"].openings = [.silence]
        let cause = await cluster.waitCause(within: .seconds(60))
        #expect(cause.isSilent && cause.text == "the access node, which does not answer")
    }

    @Test func oneThatRefusesIsNoSilence() async throws {
        let cluster = canned.cluster()
        _ = try await cluster.link()
        canned["an1"].openings = [
            .refused(
                PostgresError(
                    .connectionFailed, ServerMessage(sqlstate: "53300", message: "sorry, too many clients already")))
        ]
        #expect(Self.isNothing(await cluster.waitCause(within: .seconds(60))))
    }

    @Test func whereNoStatementRunsNothingIsKnown() async throws {
        #expect(Self.isNothing(try await cause(session(wait: "Client", state: "idle"))))
        #expect(Self.isNothing(await canned.cluster().waitCause(within: .seconds(1))))
    }
}
