import CannedServers
import ClusterAccess
import MultiNode
import Testing

/// Statements that go to a node behind the BEGIN of their transaction.
@Suite(.timeLimit(.minutes(1))) struct BeginningTests {
    private let canned = CannedCluster()
    private let node = DataNode(name: "dn1", host: "dn1", database: "dist")

    init() { canned["dn1"].otherwise = .value("7") }

    private func send(_ text: String) async throws -> String? {
        let cluster = canned.cluster()
        return try await cluster.asking(ServerAddress(node)) { link throws(ClusterError) in
            try await cluster.send(
                SQL(text: text, shown: text), behind: "BEGIN READ ONLY", on: link, node: "dn1"
            ).value
        }
    }

    private func trips() -> [String: Int] {
        Dictionary(canned.servers.sent.map { ($0.text, $0.trip) }) { first, _ in first }
    }

    @Test func bothTakeOneRoundTrip() async throws {
        #expect(try await send("SELECT 1") == "7")
        #expect(canned.servers.statements(to: "dn1") == ["BEGIN READ ONLY", "SELECT 1"])
        #expect(trips()["BEGIN READ ONLY"] == trips()["SELECT 1"])
    }

    /// Sent together, the server would take it for several, of which one may end the transaction.
    @Test(arguments: ["SELECT 1; COMMIT", "SELECT ';'"])
    func whatMayBeSeveralStatementsGoesByItself(_ text: String) async throws {
        #expect(try await send(text) == "7")
        #expect(trips()["BEGIN READ ONLY"] != trips()[text])
    }

    @Test func behindABeginThatIsRefusedNothingRuns() async throws {
        canned["dn1"].answer("BEGIN READ ONLY", .refused("canceling statement", sqlstate: "57014"))
        let error = await failure { _ = try await send("SELECT 1") }
        #expect(error?.sqlstate == "57014")
        #expect(canned.servers.statements(to: "dn1") == ["BEGIN READ ONLY"])
    }
}
