import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// Conditions and loops that ask the cluster.
@Suite struct ConditionAnswerTests {
    private let canned = CannedCluster()

    init() {
        canned["dn2"].openings = [.down("dn2")]
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
    }

    private func run(_ script: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(script) }

    @Test(arguments: [
        "node dn1 exists", "not node dn9 exists", "node dn1 up", "not node dn2 up", "node dn1 available",
        "not node dn3 available", "node dn1 attached to metrics", "role app exists", "not role nobody exists",
        "hypertable metrics exists", "hypertable public.metrics exists", "not hypertable other exists",
        "hypertable metrics replicated", "not cluster healthy",
    ])
    func whatHolds(_ condition: String) async throws {
        let answer = try await run("assert \(condition)")
        #expect(answer.status == .done, "\(answer)")
        let negated = condition.hasPrefix("not ") ? String(condition.dropFirst(4)) : "not \(condition)"
        let opposite = try await run("assert \(negated) \"so it is not\"")
        #expect(opposite.status == .notHealthy && opposite.messages.contains("error: so it is not"), "\(opposite)")
        let unexplained = try await run("assert \(negated)")
        #expect(unexplained.messages.contains("error: \(negated) does not hold\n"), "\(unexplained)")
        #expect(canned.servers.open == 3)
    }

    @Test(arguments: ["role app exists everywhere", "in-doubt none"])
    func whatCantBeToldIsAFailure(_ condition: String) async throws {
        let answer = try await run("assert \(condition)")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("Connection refused"))
        canned["dn2"].openings = [.accepted]
        #expect(try await run("assert \(condition)").status == .done)
    }

    /// The access node may not be asked, for want of a connection or of the right.
    @Test func whereTheAccessNodeCantBeAskedANodeIsNotKnownToBeAvailable() async throws {
        let canned = CannedCluster()
        canned["an1"].answer(
            NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "", .refused("no right", sqlstate: "42501"))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities), .refused("no right", sqlstate: "42501"))
        for condition in ["node dn1 available", "not node dn1 available"] {
            let answer = try await canned.run("assert \(condition)")
            #expect(answer.status == .failed && answer.messages.contains("can't be told"), "\(answer)")
        }
    }

    private static let openQuestions = [
        "node dn2 up", "not node dn2 up", "cluster healthy", "not cluster healthy", "in-doubt none",
        "not in-doubt none", "role app exists everywhere", "not role app exists everywhere",
    ]

    @Test(
        arguments: openQuestions,
        [
            Opening.silence, .refused(PostgresError(.connectionFailed, "could not translate host name \"dn2\"")),
            .password("secret"),
        ])
    func whatIsNotAnsweredIsNeitherTrueNorFalse(_ condition: String, _ opening: Opening) async throws {
        // Who wants a password from here alone is up for the cluster.
        if case .password = opening, condition.contains("up") || condition.contains("healthy") { return }
        let canned = CannedCluster()
        canned["dn2"].openings = [opening]
        let waited = try await canned.run("wait until \(condition) --every 1ms --timeout 5ms\necho never")
        #expect(waited.status == .failed && waited.data.isEmpty, "\(waited)")
        #expect(waited.messages.contains("\(condition) still does not hold after 5ms"), "\(waited)")
        #expect(waited.messages.contains("detail: whether \(condition) can't be told: dn2 did not tell"), "\(waited)")
        let chosen = try await canned.run("if \(condition) { echo yes } else { echo no }")
        #expect(chosen.status == .failed && chosen.data.isEmpty, "\(chosen)")
        let asserted = try await canned.run("assert \(condition) \"not so\"")
        #expect(asserted.status == (condition == "cluster healthy" ? .notHealthy : .failed), "\(asserted)")
        #expect(
            asserted.messages.contains("error: not so\n") && asserted.messages.contains("can't be told"), "\(asserted)")
        canned["dn2"].openings = [.accepted]
        let told = try await canned.run("assert \(condition.replacing("not ", with: ""))")
        #expect(told.status == .done, "\(told)")
    }

    @Test func aQueryHasTheTimeOfTheWait() async throws {
        canned["an1"].answer("SELECT slow", .silence)
        let answer = try await canned.run("wait until rows $$SELECT slow$$ --every 1ms --timeout 5ms\necho never")
        #expect(answer.status == .failed && answer.messages.contains("still does not hold after 5ms"), "\(answer)")
    }

    /// Where nothing is lost by that the connection is opened again.
    @Test func aLostAccessNodeIsWaitedFor() async throws {
        canned["an1"].answer("SELECT soon", .lost, .table(["a"], [["1"]]))
        let answer = try await canned.run("wait until rows $$SELECT soon$$ --every 1ms --timeout 10s\necho there")
        #expect(answer.status == .done && answer.data == "there\n", "\(answer)")
        canned["an1"].answer("SET ROLE app", .done("SET"))
        canned["an1"].answer("SELECT soon", .lost, .table(["a"], [["1"]]))
        let lost = try await canned.run("sql SET ROLE app\nwait until rows $$SELECT soon$$ --every 1ms --timeout 10s")
        #expect(lost.status == .noConnection, "\(lost)")
    }

    /// What one node answers can decide it, whatever another would say.
    @Test func oneAnswerMayDecide() async throws {
        let canned = CannedCluster()
        canned["dn2"].openings = [.silence]
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", inDoubt: 1)]))
        canned["dn1"].answer(DatabaseRole.list, .rows([CannedCluster.row(role: "postgres", superuser: true)]))
        for condition in ["not in-doubt none", "not cluster healthy", "not role app exists everywhere"] {
            #expect(try await canned.run("assert \(condition)").status == .done, "\(condition)")
        }
    }

    @Test(arguments: [
        ("node dn9 up", "did you mean dn1?"), ("hypertable metric replicated", "did you mean metrics?"),
    ])
    func aWrongNameIsPointedAt(_ condition: String, _ help: String) async throws {
        let answer = try await run("assert \(condition)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("there is no") && answer.messages.contains(help), "\(answer)")
    }

    @Test func loopsGoOverWhatThereIs() async throws {
        let answer = try await run(
            "foreach x in nodes { echo ${x} }\nforeach x in hypertables { echo ${x} }\nforeach x in roles { echo ${x} }"
        )
        #expect(answer.status == .done)
        #expect(answer.data == "dn1\ndn2\ndn3\nmetrics\napp\npostgres\n")
    }

    @Test func aLoopThatStopsTellsWhatItDidNotBegin() async throws {
        let answer = try await run("foreach x in nodes { assert node ${x} up \"${x} is down\" }")
        #expect(answer.status == .notHealthy)
        #expect(answer.messages.contains("error: dn2 is down"))
        #expect(answer.messages.hasSuffix("stopped in the loop at t:1, with x = dn2; not begun: dn3\n"))
    }

    @Test func aBranchIsChosenByTheAnswer() async throws {
        let answer = try await run(
            "foreach x in nodes { if node ${x} up { echo ${x} up } else { echo ${x} down } }")
        #expect(answer.data == "dn1 up\ndn2 down\ndn3 up\n")
    }

    @Test func whatTheAccessNodeReachesIsUp() async throws {
        func ping(_ reached: [String: String]) {
            let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
            canned["an1"].answer(ping, .rows(reached.map { ["node": $0, "reached": $1, "ms": "1"] }))
        }
        canned["an1"].answer(
            NodeReach.visit("", CannedCluster.capabilities), .refused("could not connect", sqlstate: "08001"))
        ping(["dn2": "t"])
        #expect(try await run("assert node dn2 up").status == .done)
        ping(["dn1": "f", "dn2": "t", "dn3": "t"])
        for condition in ["node dn1 up", "node dn1 available", "cluster healthy"] {
            #expect(try await run("assert \(condition)").status == .notHealthy, "\(condition)")
        }
    }

    @Test func waitingIsOverWhenItHolds() async throws {
        canned["dn2"].openings = [.down("dn2"), .down("dn2"), .accepted]
        let answer = try await run("wait until node dn2 up --every 1ms --timeout 60s")
        #expect(answer.status == .done, "\(answer)")
        // Whichever sees it first, tscl or the access node.
        #expect((2...3).contains(canned.servers.attempts.filter { $0.place == "dn2" }.count))
    }

    @Test func aWrongNameIsNotWaitedFor() async throws {
        let answer = try await run("wait until node dn9 up --timeout 60s")
        #expect(answer.status == .failed && answer.messages.contains("did you mean dn1?"))
    }

    @Test func whatDoesNotComeAboutIsTold() async throws {
        let answer = try await run("wait until node dn2 up --every 1ms --timeout 5ms")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("still does not hold after 5ms"), "\(answer)")
    }

    @Test func aHypertableOfALoopCanBeReadBack() async throws {
        canned["an1"].answer(
            Hypertable.list,
            .rows([CannedCluster.row(hypertable: "cpu.load", on: ["dn1"])]))
        canned["an1"].otherwise = .done("DONE")
        let loop = "foreach t in hypertables {\n  echo ${t}\n  sql SELECT FROM :\"t\" WHERE name = :'t'\n}"
        let answer = try await ShellTrial(canned).run(loop)
        #expect(answer.data.hasPrefix("\"cpu.load\"\n"), "\(answer)")
        #expect(canned.toAccessNode.last == #"SELECT FROM "public"."cpu.load" WHERE name = '"cpu.load"'"#)
    }
}
