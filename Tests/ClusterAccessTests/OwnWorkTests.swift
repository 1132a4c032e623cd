import CannedServers
import MultiNode
import Testing

@testable import ClusterAccess

/// What a role's settings are to tscl's own work, and to what the user has written.
@Suite(.timeLimit(.minutes(1))) struct OwnWorkTests {
    private let canned = CannedCluster()
    private let node = DataNode(name: "dn1", host: "dn1", database: "dist")
    /// The two of a session, by its number.
    private func settingAside(_ link: Int) -> [String] { SessionLimits.settingAside(process: link).map(\.text) }
    private let restoring = SessionLimits.restoring([])

    init() {
        for place in ["an1", "dn1"] as [Place] {
            canned[place].answer("SELECT 1", .value("1"))
            canned[place].answer("DISCARD ALL", .done("DISCARD ALL"))
            for link in 1...9 {
                let statements = SessionLimits.settingAside(process: link)
                canned[place].answer(
                    statements[0], .rows([["name": "statement_timeout", "before": "300ms", "now": "0"]]))
                canned[place].answer(statements[1], .rows([["name": "lock_timeout", "before": "500", "now": "0"]]))
            }
            canned[place].answer(restoring, .rows([["set_config": "300"]]))
        }
    }

    private func ask(_ cluster: Cluster) async throws(ClusterError) {
        _ = try await cluster.asking(node, keeping: cluster.connection.kept) { link throws(ClusterError) in
            try await cluster.send("SELECT 1", on: link, node: "dn1")
        }
    }

    @Test func whatTheUserWritesGoesByTheRolesSettings() async throws {
        let cluster = canned.cluster()
        try await cluster.send("SELECT 1")
        _ = try await cluster.aside { link throws(ClusterError) in try await cluster.send("SELECT 1", on: link) }
        try await ask(cluster)
        let sent = canned.toAccessNode + canned.servers.statements(to: "dn1")
        #expect(!sent.contains { $0.contains("set_config") } && sent.contains("SELECT 1"))
    }

    @Test func theSessionHasTheRolesSettingsAgainBehindOwnWork() async throws {
        let cluster = canned.cluster()
        try await cluster.send("SELECT 1")
        await cluster.connection.beginOwnWork()
        try await cluster.send("SELECT 1")
        try await cluster.send("SELECT 1")
        await cluster.connection.endOwnWork()
        try await cluster.send("SELECT 1")
        #expect(
            canned.toAccessNode == ["SELECT 1"] + settingAside(1) + [
                "SELECT 1", "SELECT 1", restoring.text, "SELECT 1",
            ])
        let restored = canned.servers.sent.first { $0.text == restoring.text }
        #expect(
            restored?.values == [
                ArrayText.text(["statement_timeout", "lock_timeout"]), ArrayText.text(["300ms", "500"]),
            ])
    }

    @Test func whereNothingIsSetNothingIsPutBack() async throws {
        for statement in SessionLimits.settingAside(process: 1) { canned["an1"].answer(statement, .none) }
        let cluster = canned.cluster()
        await cluster.connection.beginOwnWork()
        try await cluster.send("SELECT 1")
        await cluster.connection.endOwnWork()
        #expect(canned.toAccessNode == settingAside(1) + ["SELECT 1"])
    }

    @Test func aTransactionOfTheUsersIsLetBe() async throws {
        let cluster = canned.cluster()
        try await cluster.begin(.written)
        await cluster.connection.beginOwnWork()
        try await cluster.send("SELECT 1")
        await cluster.connection.endOwnWork()
        #expect(canned.toAccessNode == ["BEGIN", "SELECT 1"])
    }

    @Test func eachSessionOfOwnWorkIsSetUp() async throws {
        let cluster = canned.cluster()
        await cluster.connection.beginOwnWork()
        _ = try await cluster.aside { link throws(ClusterError) in try await cluster.send("SELECT 1", on: link) }
        #expect(canned.toAccessNode == settingAside(1) + ["SELECT 1"])
        try await ask(cluster)
        #expect(Array(canned.servers.statements(to: "dn1").prefix(2)) == settingAside(3))
        let other = await cluster.connection.another()
        try await Cluster(other).send("SELECT 1")
        #expect(Array(canned.toAccessNode.suffix(3)) == settingAside(4) + ["SELECT 1"])
    }

    /// A kept connection goes from one to the other.
    @Test func aKeptSessionIsMadeWhatItsNextUseWants() async throws {
        let cluster = canned.cluster()
        try await ask(cluster)
        await cluster.connection.beginOwnWork()
        try await ask(cluster)
        try await ask(cluster)
        await cluster.connection.endOwnWork()
        try await ask(cluster)
        #expect(
            Array(canned.servers.statements(to: "dn1").dropFirst()) == ["SELECT 1"] + settingAside(2) + [
                "SELECT 1", "SELECT 1", "DISCARD ALL", "SELECT 1",
            ])
    }

    /// A server that is too slow at its first statements has to be let go of, which says nothing to who sends something then.
    @Test func aConnectionThatWasGivenUpWhileItWasSetUpIsNotUsed() async throws {
        let cluster = canned.cluster()
        try await cluster.send("SELECT 1")
        await cluster.connection.beginOwnWork()
        try await cluster.send("SELECT 1")
        canned["dn1"].answer(SessionLimits.settingAside(process: 2)[0], .frozen)
        let error = await failure { try await ask(cluster) }
        #expect(error?.kind == .timedOut && error?.node == "dn1", "\(String(describing: error))")
        #expect(error?.message == "no answer within the time limit")
        canned["an1"].answer(SessionLimits.settingAside(process: 3)[0], .frozen)
        let aside = await failure {
            try await cluster.aside { link throws(ClusterError) in try await cluster.send("SELECT 1", on: link) }
        }
        #expect(aside?.kind == .timedOut && aside?.isAccessNodeUnreachable == true)
    }

    @Test func aKeptConnectionThatIsGivenUpIsReplaced() async throws {
        let cluster = canned.cluster()
        try await ask(cluster)
        await cluster.connection.beginOwnWork()
        canned["dn1"].answer(SessionLimits.settingAside(process: 2)[0], .frozen)
        try await ask(cluster)
        #expect(canned.servers.statements(to: "dn1").suffix(1) == ["SELECT 1"])
        #expect(Set(canned.servers.sent.filter { $0.place == "dn1" }.map(\.link)) == [2, 3])
    }

    /// A standby has all that a node is recognised by, and may lack the latest rows.
    @Test func aStandbyIsNoNodeForIt() async throws {
        var row = CannedCluster.state(of: "dn1")
        row["in_recovery"] = "t"
        canned["dn1"].answer(NodeState.anyQuery, .rows([row]))
        let cluster = canned.cluster()
        let node = try #require(try await cluster.nodes().first { $0.name == "dn1" })
        try await cluster.asking(node) { _ in }
        await cluster.connection.beginOwnWork()
        let error = await failure { try await cluster.asking(node) { _ in } }
        #expect(error?.kind == .mismatched && error?.message.contains("standby") == true)
    }
}
