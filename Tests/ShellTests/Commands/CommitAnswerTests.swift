import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What commands say of the end of a distributed transaction.
@Suite(.timeLimit(.minutes(1))) struct CommitAnswerTests {
    private let canned = CannedCluster()

    init() { canned["an1"].otherwise = .done("DONE") }

    private func run(_ command: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.assumeYes = true }.run(command)
    }

    private static let broken = ServerMessage(
        severity: "WARNING", sqlstate: "08006",
        message: "[dn2]: server closed the connection unexpectedly\n\tThis probably means the server terminated")

    @Test(arguments: ["exec SELECT 1", "sql CREATE ROLE a", "role create a --everywhere", "transaction { sql ONE }"])
    func aNodeThatIsLeftInDoubtIsTold(_ command: String) async throws {
        canned["an1"].otherwise = .noticed(Self.broken, .done("DONE"))
        canned["an1"].answer("COMMIT", .noticed(Self.broken, .done("COMMIT")))
        let answer = try await run(command + "\necho next")
        #expect(answer.status == .partial && !answer.data.contains("next"), "\(answer)")
        #expect(answer.messages.contains("error: done, but in doubt on dn2\n"), "\(answer)")
        #expect(answer.messages.contains("detail: [dn2]: server closed the connection unexpectedly\n"))
        #expect(answer.messages.contains("help: 'heal dn2' completes it there\n"))
    }

    @Test func programsAreToldOfItToo() async throws {
        canned["an1"].otherwise = .noticed(Self.broken, .done("CALL"))
        let answer = try await run("exec --format json SELECT 1")
        #expect(
            answer.data.hasPrefix(#"{"v":1,"command":"exec","columns":[],"rows":[],"ok":false,"changed":true,"#),
            "\(answer)")
        #expect(answer.data.contains(#"{"node":"dn2","ok":false,"sqlstate":"08006","message":"in doubt: [dn2]"#))
    }

    @Test(arguments: ["role create a --everywhere", "transaction { role create a }", "sql BEGIN\nsql COMMIT"])
    func anInterruptThatComesTooLateIsSaid(_ command: String) async throws {
        let gate = Gate()
        canned["an1"].answer("COMMIT", .held(gate, .done("COMMIT")))
        let task = Task { try await run(command) }
        await gate.isHolding(1)
        task.cancel()
        gate.open()
        let answer = try await task.value
        #expect(answer.status == .interrupted, "\(answer)")
        #expect(answer.messages.contains("note: waiting for the answer to COMMIT, which can't be interrupted\n"))
        #expect(answer.messages.contains("note: the interrupt came too late: this is done\n"), "\(answer)")
        #expect(!answer.messages.contains("error:"), "\(answer)")
    }

    @Test(arguments: ["committed": 4, "aborted": 1, "unknown": 3] as [String: Int32])
    func whatBecameOfALostCommitIsInTheStatus(_ status: String, _ expected: Int32) async throws {
        canned["an1"].answer("COMMIT", .lost)
        canned["an1"].answer(TransactionOutcome.status(of: "700"), .value(status))
        let answer = try await run("role create a --everywhere --format json")
        #expect(answer.status?.rawValue == expected, "\(answer)")
        #expect(answer.data.contains(#""changed":\#(status != "aborted")"#), "\(answer)")
    }
}
