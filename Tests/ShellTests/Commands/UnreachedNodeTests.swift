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

    // MARK: What is not answered in time

    @Test(arguments: ["sql X", "sql BEGIN\nsql X", "transaction {\nsql X\n}"])
    func theNodeThatDoesNotAnswerIsNamed(_ script: String) async throws {
        canned["an1"].answer("X", .silence)
        canned["dn2"].openings = [.silence]
        let answer = try await canned.run(script) { $0.limit(to: .seconds(60)) }
        #expect(answer.status == .failed)
        #expect(
            answer.messages.contains("error: no answer within the time limit, and dn2 does not answer"), "\(answer)")
        #expect(answer.messages.contains("node: dn2") && answer.messages.contains("'node ping dn2' tells more"))
        #expect(canned.servers.open <= 1)
    }

    @Test func aFullNodeIsToldAsItself() async throws {
        canned["an1"].answer("X", .silence)
        let full = ServerMessage(sqlstate: "53300", message: "sorry, too many clients already")
        canned["dn1"].openings = [.refused(PostgresError(.connectionFailed, full))]
        let answer = try await canned.run("sql X") { $0.limit(to: .seconds(60)) }
        #expect(answer.messages.contains("no answer within the time limit, and dn1 opens no session"), "\(answer)")
        #expect(answer.messages.contains("no connection is left there"))
    }

    @Test func severalAreNamedTogether() async throws {
        canned["an1"].answer("X", .silence)
        canned["dn1"].openings = [.silence]
        canned["dn3"].openings = [.silence]
        let answer = try await canned.run("sql X") { $0.limit(to: .seconds(60)) }
        #expect(answer.messages.contains("within the time limit, and dn1, dn3 do not answer"), "\(answer)")
    }

    @Test func whereAllAnswerNoneIsBlamed() async throws {
        canned["an1"].answer("X", .silence)
        let answer = try await canned.run("sql X") { $0.limit(to: .seconds(60)) }
        #expect(answer.messages.contains("error: no answer within the time limit"), "\(answer)")
        #expect(!answer.messages.contains("dn"))
    }

    /// Neither is a data node told where the access node itself is silent.
    @Test func theAccessNodeIsNotToldAsANode() async throws {
        canned["an1"].answer("X", .frozen)
        canned["an1"].openings = [.accepted, .silence]
        canned["dn1"].openings = [.silence]
        let answer = try await canned.run("sql X") { $0.limit(to: .seconds(60)) }
        #expect(answer.messages.contains("error: no answer within the time limit") && !answer.messages.contains("dn1"))
    }

    @Test func whatWasGivenUpWasNotLost() async throws {
        canned["an1"].answer("X", .frozen)
        let answer = try await canned.run("sql X\nsql X") { settings in
            settings.limit(to: .seconds(60))
            settings.keepGoing = true
        }
        #expect(
            answer.messages.contains("the connection to the access node was given up, as it did not answer in time"))
        #expect(!answer.messages.contains("was lost"), "\(answer)")
    }
}
