import CannedServers
import MultiNode
import Shell
import Testing

/// Conditions and loops that ask the cluster.
@Suite struct ConditionAnswerTests {
    private let canned = CannedCluster()

    init() {
        canned["dn2"].openings = [.down("dn2")]
        canned["an1"].answer(
            DataNode.list(CannedCluster.capabilities),
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
            Hypertable.list(CannedCluster.capabilities),
            .rows([CannedCluster.row(hypertable: "cpu.load", on: ["dn1"])]))
        canned["an1"].otherwise = .done("DONE")
        let loop = "foreach t in hypertables {\n  echo ${t}\n  sql SELECT FROM :\"t\" WHERE name = :'t'\n}"
        let answer = try await ShellTrial(canned).run(loop)
        #expect(answer.data.hasPrefix("\"cpu.load\"\n"), "\(answer)")
        #expect(canned.toAccessNode.last == #"SELECT FROM "public"."cpu.load" WHERE name = '"cpu.load"'"#)
    }
}
