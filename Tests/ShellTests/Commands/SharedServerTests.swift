import CannedServers
import MultiNode
import Shell
import Testing

/// Two nodes on one server, which only the access node can tell: what changes the server's roles through both would wait
/// for itself for ever.
@Suite struct SharedServerTests {
    private let canned = CannedCluster(nodes: 2)

    init() {
        for name in canned.nodes {
            canned[Place(stringLiteral: name)].openings = [.down(Place(stringLiteral: name))]
            let node = DataNode(name: name, host: name, database: "dist")
            canned["an1"].answer(
                NodeServer.question(to: node, CannedCluster.capabilities),
                .refused(
                    "[\(name)]: invalid input syntax for type integer: \"this server started 2026-01-02 03:04:05.000006\"",
                    sqlstate: "22P02"))
        }
    }

    @Test func aRoleIsChangedThroughOneOfThem() async throws {
        let answer = try await canned.run("role create web --on all --dry-run")
        #expect(answer.messages.contains("note: dn2 shares the server of dn1, and so its roles"), "\(answer)")
        #expect(answer.data.contains("dn1") && !answer.data.contains("dn2"))
    }

    @Test(arguments: [
        "CREATE ROLE web", "DROP USER web", "ALTER GROUP web ADD USER app", "GRANT app TO web", "REVOKE app FROM web",
    ])
    func noStatementChangesItThroughBoth(_ sql: String) async throws {
        let answer = try await canned.run("exec \(sql)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("dn2 is on the server of dn1, and each would wait for the other"), "\(answer)")
        #expect(answer.messages.contains("help: --on dn1"))
        #expect(canned.toAccessNode.changes.allSatisfy { !$0.contains("web") })
    }

    @Test func whatIsOfADatabaseIsNotAsked() async throws {
        _ = try await canned.run("exec --dry-run GRANT SELECT ON metrics TO app")
        #expect(canned.servers.attempts.allSatisfy { $0.place == "an1" })
    }
}
