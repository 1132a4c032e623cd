import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodePingTests {
    private let canned = CannedCluster()

    private func ping(_ options: String = "") async throws -> ShellTrial.Answer {
        try await ShellTrial(canned).run("node ping \(options)")
    }

    @Test func whereAllAreUpItSaysSo() async throws {
        let answer = try await ping("--format json")
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            answer.data.replacing(#/[0-9]+\.[0-9]+/#, with: "0") == """
                {"v":1,"command":"node ping",\
                "columns":["node","state","ms","message"],\
                "rows":[["dn1","up",0,null],["dn2","up",0,null],["dn3","up",0,null]],\
                "ok":true,"changed":false,"nodes":[{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":0},\
                {"node":"dn2","ok":true,"sqlstate":null,"message":null,"ms":0},\
                {"node":"dn3","ok":true,"sqlstate":null,"message":null,"ms":0}]}

                """)
    }

    @Test func whereSomeAreNotTheAnswerIsPartial() async throws {
        canned["dn2"].openings = [.down("dn2")]
        canned["dn3"].openings = [.silence]
        let answer = try await ping("--format csv")
        #expect(answer.status == .partial)
        #expect(answer.messages == "t:1:1: error: not up: dn2 (down), dn3 (hanging)\n")
        #expect(
            answer.data.replacing(#/[0-9]+\.[0-9]+/#, with: "0") == """
                node,state,ms,message
                dn1,up,0,
                dn2,down,0,Connection refused
                dn3,hanging,0,no connection within the time limit

                """)
        let json = try await ping("--format json").data
        #expect(json.contains(#","ok":false,"#))
        #expect(json.contains(#"{"node":"dn2","ok":false,"sqlstate":null,"message":"Connection refused","ms":"#))
    }

    @Test func quietShowsThoseThatAreNot() async throws {
        canned["dn2"].openings = [.down("dn2")]
        for format in ["table", "json", "jsonl", "csv", "tsv"] {
            let answer = try await ping("--quiet --columns node --format \(format)")
            #expect(answer.data.contains("dn2"), "\(answer)")
            if format != "json" { #expect(!answer.data.contains("dn1"), "\(answer)") }
        }
    }

    @Test func whereNoneIsItHasFailed() async throws {
        for node in canned.nodes { canned[Place(stringLiteral: node)].openings = [.down(Place(stringLiteral: node))] }
        let answer = try await ping()
        #expect(answer.status == .failed)
        #expect(answer.messages == "t:1:1: error: not up: dn1 (down), dn2 (down), dn3 (down)\n")
        #expect(answer.data.contains("dn3"))
    }

    @Test func ofManyTwentyAreNamed() async throws {
        let canned = CannedCluster(nodes: 30)
        for node in canned.nodes { canned[Place(stringLiteral: node)].openings = [.down(Place(stringLiteral: node))] }
        let answer = try await canned.run("node ping")
        #expect(answer.messages.hasPrefix("t:1:1: error: not up: dn1 (down), "), "\(answer.messages)")
        #expect(answer.messages.hasSuffix(" (down) and 10 more, 30 in all\n"), "\(answer.messages)")
    }

    @Test func whatARefusalNeedsIsSaid() async throws {
        canned["dn2"].openings = [
            .refused(PostgresError(.connectionFailed, ServerMessage(sqlstate: "57P03", message: "ВАЖНО:  запускается")))
        ]
        let answer = try await ping()
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("note: dn2: the server starts, stops or recovers: 'wait until node dn2 up'"))
        #expect(answer.messages.hasSuffix("error: not up: dn2 (refused)\n"))
        let status = try await ShellTrial(canned).run("status")
        #expect(status.messages.contains("note: dn2: the server starts, stops or recovers"))
        #expect(status.status == .notHealthy && status.messages.hasSuffix("error: not healthy: dn2 (refused)\n"))
    }

    @Test func theWayThatFailsIsNamed() async throws {
        let reached = ["dn1": "f", "dn2": "t", "dn3": "t"]
        canned["an1"].answer(
            NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "",
            .rows(reached.map { ["node": $0, "reached": $1, "ms": "1"] }))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities), .refused("no password supplied", sqlstate: "08001"))
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await ping("--format csv")
        #expect(answer.status == .partial)
        #expect(answer.messages == "t:1:1: error: the access node does not reach dn1 (refused)\n")
        #expect(
            answer.data.replacing(#/[0-9]+\.[0-9]+/#, with: "0") == """
                node,state,ms,message
                dn1,refused,0,the access node does not reach it: no password supplied
                dn2,up,0,
                dn3,up,0,the access node reaches it; from here: Connection refused

                """)
    }

    @Test func whatANodeThatIsNotUpShowsIsPartial() async throws {
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await canned.run("node show dn2 --format json")
        #expect(answer.status == .partial && answer.data.contains(#""ok":false"#), "\(answer)")
        #expect(answer.data.contains(#""nodes":[{"node":"dn2","ok":false,"#), "\(answer)")
        #expect(answer.messages == "t:1:1: error: dn2 is not up (down)\n", "\(answer)")
        let other = try await canned.run("node show dn1 --format json")
        #expect(other.status == .done && other.data.contains(#""nodes":[{"node":"dn1","ok":true,"#), "\(other)")
    }

    @Test func onlyThoseNamedAreAsked() async throws {
        let answer = try await ping("'dn[13]' --format csv")
        #expect(answer.status == .done)
        #expect(answer.data.contains("\ndn1,") && !answer.data.contains("\ndn2,"))
        #expect(canned.servers.statements(to: "dn2").isEmpty)
    }

    @Test func anUnknownNameIsPointedAt() async throws {
        let answer = try await ping("dn4")
        #expect(answer.status == .failed && answer.data.isEmpty)
        #expect(answer.messages.hasPrefix("t:1:11: error: there is no node dn4\n"))
        #expect(answer.messages.contains("did you mean dn1?"))
    }

    @Test func theLimitIsForTheWhole() async throws {
        _ = try await ping("--timeout 2s")
        let limits = canned.servers.attempts.filter { $0.place != "an1" }.map(\.timeout)
        #expect(limits.count == 3 && limits.allSatisfy { $0 <= .seconds(2) && $0 > .seconds(1) })
        _ = try await ping("")
        let usual = try #require(canned.servers.attempts.last { $0.place != "an1" }?.timeout)
        #expect(usual <= .seconds(5) && usual > .seconds(4))
    }

    @Test func withoutTheAccessNodeNothingIsAsked() async throws {
        canned["an1"].openings = [.down("an1")]
        let answer = try await ping("--format json")
        #expect(answer.status == .noConnection)
        #expect(answer.messages.contains("error: connection to server at \"an1\", port 5432 failed"))
        #expect(answer.data.contains(#""error":{"#))
        #expect(canned.servers.opened == 0)
    }

    @Test func behindAnInterruptWhoAnsweredIsShown() async throws {
        let gate = Gate()
        canned["dn2"].answer(NodeState.anyQuery, .held(gate, .none))
        let task = Task { try await ping("--format csv") }
        await gate.isHolding(1)
        await canned.servers.receive(NodeState.anyQuery)
        task.cancel()
        let answer = try await task.value
        #expect(answer.status == .interrupted)
        #expect(!answer.data.contains("dn2"))
        #expect(answer.messages.hasSuffix("error: interrupted\n"))
        #expect(canned.servers.open == 1)
    }
}
