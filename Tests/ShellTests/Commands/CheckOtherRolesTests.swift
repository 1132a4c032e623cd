import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What `check` finds of the access node's ways as other roles than the connected one.
@Suite struct CheckOtherRolesTests {
    private let canned = CannedCluster(nodes: 2)
    private let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""

    /// The connected role gets in on both nodes, and no other does.
    init() {
        canned["an1"].answer(
            NodeUsers.list,
            .rows([
                ["node": "dn1", "role": "app", "askable": "t"], ["node": "dn1", "role": "ops", "askable": "t"],
                ["node": "dn1", "role": "postgres", "askable": "t"], ["node": "dn2", "role": "other", "askable": "f"],
            ]))
        for role in ["app", "ops"] { canned["an1"].answer(NodeUsers.become(role), .done("SET")) }
        func answer(_ reached: String) -> Reply {
            .rows(["dn1", "dn2"].map { ["node": $0, "reached": reached, "ms": "1"] })
        }
        canned["an1"].answer(ping, answer("t"), answer("f"))
        var refusal = ServerMessage(sqlstate: "08001", message: "could not connect to \"dn1\"")
        refusal.detail = "connection to server at \"dn1\", port 5432 failed: fe_sendauth: no password supplied"
        canned["an1"].answer(
            NodeReach.visit("", CannedCluster.capabilities), .failure(PostgresError(.server, refusal)))
    }

    @Test func aRoleThatIsNotLetInIsAWarning() async throws {
        let answer = try await ShellTrial(canned).run("check")
        #expect(answer.status == .done, "\(answer)")
        #expect(
            answer.data.hasPrefix(
                "warning: dn1: the access node can't reach it as app, ops: fe_sendauth: no password supplied\n  help: "),
            "\(answer)")
        #expect(answer.data.contains("dn1:5432:dist:app:PASSWORD"), "\(answer)")
        #expect(answer.data.split(separator: "\n").count == 2)
        // Nobody becomes a role that this one may not become.
        #expect(!canned.toAccessNode.contains(NodeUsers.become("other").text))
        #expect(!canned.toAccessNode.contains("COMMIT"))
    }

    @Test func whereNobodyElseUsesANodeNothingIsAsked() async throws {
        canned["an1"].answer(NodeUsers.list, .rows([["node": "dn1", "role": "postgres", "askable": "t"]]))
        let answer = try await ShellTrial(canned).run("check")
        #expect(answer.data == "nothing found on the access node and 2 data nodes\n", "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("SET LOCAL ROLE") })
    }

    /// A node that hangs is one finding, and is waited for once.
    @Test func aNodeThatHangsIsNotAskedAgain() async throws {
        canned["an1"].answer(
            ping,
            .rows([
                ["node": "dn1", "reached": "f", "ms": "60000"], ["node": "dn2", "reached": "t", "ms": "1"],
            ]))
        let answer = try await ShellTrial(canned).run("check")
        #expect(answer.status == .notHealthy, "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("SET LOCAL ROLE") })
    }
}
