import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeReachTests {
    private let canned = CannedCluster(nodes: 2)
    private let visit = NodeReach.visit("", CannedCluster.capabilities)

    init() {
        canned["an1"].answer(
            NodeUsers.list, .rows([["node": "dn1", "role": "app"], ["node": "dn2", "role": "postgres"]]))
        canned["an1"].answer(UserMappings.list, .none)
        canned["an1"].answer(
            NodePassage.additions(for: []), .rows([["role": "postgres", "passfile": "/an1/passfile"]]))
        canned["an1"].answer(NodePassage.passwords, .none)
        for role in ["app", "ops"] {
            canned["an1"].answer(NodeUsers.become(role), .done("SET"))
        }
        for (node, other) in [("dn1", "dn2"), ("dn2", "dn1")] {
            canned[Place(stringLiteral: node)].answer(NodePassage.quietly, .done("SET"))
            canned[Place(stringLiteral: node)].answer(CannedCluster.passage(to: other), .done("CREATE SUBSCRIPTION"))
        }
    }

    /// What the access node says of a node that it does not get to.
    private func unreached(_ node: String, _ detail: String) -> ServerMessage {
        var message = ServerMessage(sqlstate: "08001", message: "could not connect to \"\(node)\"")
        message.detail = detail
        return message
    }

    private func reach(_ options: String = "") async throws -> ShellTrial.Answer {
        try await ShellTrial(canned).run("node reach --format csv \(options)")
    }

    private func rows(_ answer: ShellTrial.Answer) -> [String] {
        answer.data.replacing(#/,[0-9]+\.[0-9]+,/#, with: ",0,").split(separator: "\n").map(String.init)
    }

    @Test func everyWayIsTriedAndNothingIsLeft() async throws {
        let answer = try await reach()
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
        #expect(
            rows(answer) == [
                "from,to,as,reached,ms,why_not", "here,dn1,postgres,true,0,", "here,dn2,postgres,true,0,",
                "access node,dn1,postgres,true,0,", "access node,dn2,postgres,true,0,", "access node,dn1,app,true,0,",
                "dn1,dn2,postgres,true,0,", "dn2,dn1,postgres,true,0,",
            ])
        let sent = canned.servers.sent.map(\.text)
        #expect(!sent.contains("COMMIT"))
        #expect(sent.count { $0.hasPrefix("CREATE SUBSCRIPTION") } == 2)
        for node: Place in ["dn1", "dn2"] {
            let texts = canned.servers.statements(to: node)
            let index = try #require(texts.firstIndex { $0.hasPrefix("CREATE SUBSCRIPTION") })
            #expect(texts[index - 2] == "BEGIN" && texts[index + 1] == "ROLLBACK")
        }
        // The session's own.
        #expect(canned.servers.open == 1)
    }

    @Test func onlyWhatConcernsTheNamedIsTried() async throws {
        let answer = try await reach("dn1 --as app ops app")
        #expect(answer.status == .failed && answer.messages.contains("there is no role ops"), "\(answer)")
        canned["an1"].answer(
            DatabaseRole.list, .rows(CannedCluster.roles + [CannedCluster.row(role: "ops")]))
        let known = try await reach("dn1 --as app ops app")
        #expect(
            rows(known).dropFirst() == [
                "here,dn1,postgres,true,0,", "access node,dn1,app,true,0,", "access node,dn1,ops,true,0,",
                "dn1,dn2,postgres,true,0,", "dn2,dn1,postgres,true,0,",
            ], "\(known)")
    }

    @Test func aWayThatFailsIsToldWithTheLineThatMendsIt() async throws {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows(["dn1", "dn2"].map { ["node": $0, "reached": "f", "ms": "1"] }))
        let refusal = unreached(
            "dn1", "connection to server at \"dn1\", port 5432 failed: fe_sendauth: no password supplied")
        canned["an1"].answer(visit, .failure(PostgresError(.server, refusal)))
        canned["dn2"].answer(
            CannedCluster.passage(to: "dn1"),
            .refused(
                "could not connect to the publisher: connection to server at \"dn1\", port 5432 failed: FATAL:  no "
                    + "pg_hba.conf entry for host \"10.0.0.2\", user \"postgres\", database \"dist\", no encryption",
                sqlstate: "08006"))
        let answer = try await reach("dn1")
        #expect(answer.status == .partial)
        #expect(
            rows(answer).suffix(3) == [
                "access node,dn1,app,false,0,fe_sendauth: no password supplied", "dn1,dn2,postgres,true,0,",
                "dn2,dn1,postgres,false,0,\"FATAL:  no pg_hba.conf entry for host \"\"10.0.0.2\"\", user \"\"postgres\"\", "
                    + "database \"\"dist\"\", no encryption\"",
            ], "\(answer)")
        for line in ["dn1:5432:dist:app:PASSWORD", "dn1:5432:dist:postgres:PASSWORD"] {
            #expect(answer.messages.contains("timescaledb.passfile names, add the line \(line)"), "\(answer)")
        }
        #expect(answer.messages.contains("error: dn1 is not reached from dn2 as postgres: FATAL:  no pg_hba.conf"))
        #expect(answer.messages.contains("the line host dist postgres 10.0.0.2/32 scram-sha-256"))
        #expect(answer.messages.hasSuffix("error: 3 of the cluster's own 4 ways fail\n"))
    }

    @Test func theMappingOfPublicIsNamedWhereItCounts() async throws {
        canned["an1"].answer(
            UserMappings.list, .rows([["node": "dn1", "role": nil, "visible": "t", "remote": "guest"]]))
        canned["an1"].answer(
            NodePassage.additions(for: []), .rows([["role": "guest", "passfile": "/an1/passfile"]]))
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            visit, .failure(PostgresError(.server, unreached("dn1", "fe_sendauth: no password supplied"))))
        let answer = try await reach("dn1 --as app")
        #expect(answer.status != .done)
        #expect(
            answer.messages.contains(
                "help: app has no user mapping of its own there, and goes by the one of public as guest ('role map app --on "
                    + "dn1 --as app' gives it one of its own): on the access node's machine"), "\(answer)")
        #expect(answer.messages.contains("add the line dn1:5432:dist:guest:PASSWORD"), "\(answer)")
    }

    /// A node that is down for all is one fault, and what it would have to try itself is not known.
    @Test func whatFailsForOneReasonIsToldOnce() async throws {
        canned["dn2"].openings = [.down("dn2")]
        let refusal = unreached("dn2", "connection to server at \"dn2\", port 5432 failed: Connection refused")
        canned["an1"].answer(visit, .failure(PostgresError(.server, refusal)))
        canned["dn1"].answer(
            CannedCluster.passage(to: "dn2"),
            .refused(
                "could not connect to the publisher: connection to server at \"dn2\", port 5432 failed: Connection "
                    + "refused", sqlstate: "08006"))
        canned["an1"].answer(
            NodeUsers.list, .rows([["node": "dn2", "role": "app"], ["node": "dn2", "role": "postgres"]]))
        let answer = try await reach()
        #expect(answer.status == .partial)
        #expect(rows(answer).contains("dn2,dn1,postgres,,0,dn2 can't be asked from here: Connection refused"))
        #expect(
            answer.messages.hasPrefix(
                "t:1:1: error: dn2 is not reached from the access node as postgres, app, from dn1 as postgres: Connection refused\n"
            ), "\(answer)")
        #expect(answer.messages.split(separator: "\n").count { $0.hasPrefix("   help: ") } == 1)
    }

    @Test func whatMayNotBeAskedIsNoFault() async throws {
        var capabilities = CannedCluster.capabilities(of: "an1")
        capabilities["superuser"] = "off"
        canned["an1"].answer(Capabilities.query, .rows([capabilities]))
        canned["an1"].answer(
            NodeUsers.become("app"), .refused("permission denied to set role \"app\"", sqlstate: "42501"))
        let answer = try await reach()
        #expect(answer.status == .done)
        #expect(rows(answer).contains(#"access node,dn1,app,,0,"permission denied to set role ""app""""#), "\(answer)")
        #expect(rows(answer).contains("dn1,dn2,postgres,,,only a superuser can have one node connect to another"))
        #expect(!canned.servers.sent.contains { $0.text.hasPrefix("CREATE SUBSCRIPTION") })
        let alone = try await reach("--as app")
        #expect(alone.status == .failed)
        #expect(alone.messages == "t:1:1: error: none of the cluster's own ways could be tried\n")
    }

    @Test func aPasswordOfAMappingGetsIntoNoStatement() async throws {
        canned["an1"].answer(NodePassage.passwords, .rows([["node": "dn1"]]))
        let answer = try await reach()
        #expect(answer.status == .done)
        #expect(
            rows(answer).contains(
                #"dn2,dn1,postgres,,0,"not tried: its user mapping has a password, which would be in a statement""#))
        #expect(canned.servers.sent.count { $0.text.hasPrefix("CREATE SUBSCRIPTION") } == 1)
    }

    @Test func theAnswerForProgramsHasEachNode() async throws {
        canned["dn1"].answer(
            CannedCluster.passage(to: "dn2"), .refused("could not connect to the publisher: x", sqlstate: "08006"))
        let answer = try await ShellTrial(canned).run("node reach --format json")
        #expect(answer.status == .partial)
        #expect(
            answer.data.hasPrefix(#"{"v":1,"command":"node reach","columns":["from","to","as","#))
        #expect(answer.data.contains(#"{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":null}"#))
        #expect(
            answer.data.contains(#"{"node":"dn2","ok":false,"sqlstate":null,"message":"x","ms":null}"#), "\(answer)")
    }
}
