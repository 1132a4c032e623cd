import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// Of a node that the access node could not connect to, it passes on words alone; the node itself says more.
@Suite struct UnreachedNodeTests {
    private let canned = CannedCluster()

    /// The answer to SQL for which the access node needs `name`.
    private func run(_ name: String = "dn1", in script: String = "sql X") async throws -> ShellTrial.Answer {
        canned["an1"].answer("X", .refused("could not connect to \"\(name)\"", sqlstate: "08001"))
        return try await canned.run(script)
    }

    @Test(arguments: [
        ("3D000", "its server has no such database"), ("57P03", "'wait until node dn1 up'"),
        ("53300", "who holds them"), ("28000", "'role check' tells"),
    ])
    func whatItSaysDecides(_ sqlstate: String, _ advice: String) async throws {
        canned["dn1"].openings = [
            .refused(PostgresError(.connectionFailed, ServerMessage(sqlstate: sqlstate, message: "нет")))
        ]
        let answer = try await run()
        #expect(answer.status == .failed && answer.messages.contains(advice), "\(answer)")
        #expect(!answer.messages.contains("node disable"))
    }

    @Test func whereItAnswersTheAccessNodeIsNotLetIn() async throws {
        #expect(try await run().messages.contains("help: from here it answers"))
    }

    @Test func whereItIsDownItCanBeDisabled() async throws {
        canned["dn1"].openings = [.down("dn1")]
        #expect(try await run().messages.contains("'node disable dn1' lets reads go to other replicas"))
    }

    @Test func whatIsNoNodeIsNotAdvisedAbout() async throws {
        let answer = try await run("dn9")
        #expect(answer.messages.contains("help: check that the server runs at that address"))
        #expect(!answer.messages.contains("node disable"))
    }

    @Test func inATransactionNothingIsAsked() async throws {
        _ = try await run(in: "sql BEGIN\nsql X")
        #expect(canned.servers.statements(to: "dn1").isEmpty)
    }
}
