import CannedServers
import MultiNode
import Shell
import Testing

/// `lock NAME { … }`: one at a time, and who holds it.
@Suite struct ScriptLockTests {
    private let canned = CannedCluster()

    init() {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer(ScriptLock.take("nightly"), .value("t"))
        canned["an1"].answer(ScriptLock.proof, .value("1"))
    }

    @Test func theBlockRunsAndTheLockEnds() async throws {
        let answer = try await canned.run("set n nightly\nlock ${n} {\n  sql ONE\n  echo a\n}\necho next")
        #expect(answer.data == "DONE\na\nnext\n" && answer.status == .done, "\(answer)")
        let links = canned.servers.sent.filter { $0.place == "an1" }
        let own = links.first { $0.text == ScriptLock.take("nightly").text }?.link
        #expect(own != nil && links.first { $0.text == "ONE" }?.link != own)
        // What is left open is the session's own.
        #expect(canned.servers.open == 1)
    }

    @Test func whoHoldsItIsToldAndNothingRuns() async throws {
        canned["an1"].answer(ScriptLock.take("nightly"), .value("f"))
        canned["an1"].answer(
            ScriptLock.holder("nightly"),
            .rows([
                [
                    "pid": "42", "application_name": "tscl", "usename": "app", "client": "10.0.0.7",
                    "since": "2026-11-29 03:15:00",
                ]
            ]))
        let answer = try await canned.run("lock nightly {\n  sql ONE\n}\necho next")
        #expect(answer.status == .locked && answer.status?.rawValue == 7, "\(answer)")
        #expect(answer.data.isEmpty && !canned.toAccessNode.contains("ONE"))
        #expect(answer.messages.hasPrefix("t:1:1: error: the lock nightly is held\n"), "\(answer)")
        #expect(
            answer.messages.contains("by process 42 (tscl) of app from 10.0.0.7, since 2026-11-29 03:15:00"),
            "\(answer)")
        let caught = try await canned.run("try { lock nightly { sql ONE } } else { echo ${error} }")
        #expect(caught.data.contains("the lock nightly is held") && caught.status == .done, "\(caught)")
    }

    @Test func whereItWasLostTheBlockFails() async throws {
        canned["an1"].answer(ScriptLock.proof, .value("1"), .lost)
        let answer = try await canned.run("lock nightly {\n  sql ONE\n  sql TWO\n  sql THREE\n}\necho next")
        #expect(answer.status == .noConnection && !canned.toAccessNode.contains("THREE"), "\(answer)")
        #expect(answer.messages.contains("error: the lock nightly was lost"), "\(answer)")
        #expect(!answer.data.contains("next"))
    }

    /// Whoever takes it then does the same work: nothing more runs, in loops, tries and transactions too.
    @Test(arguments: [
        "foreach i in ONE TWO THREE { sql SELECT :'i' }", "if 1 < 2 { sql ONE; sql TWO; sql THREE }",
        "try { sql ONE; sql TWO; sql THREE } else { sql THREE } finally { sql THREE }",
        "transaction { sql ONE; echo; sql TWO; echo; sql THREE }",
    ])
    func whereItWasLostWithinAStatementNothingMoreRuns(_ body: String) async throws {
        canned["an1"].answer(ScriptLock.proof, .value("1"), .value("1"), .lost)
        let answer = try await canned.run("lock nightly {\n\(body)\n}\necho next") { $0.keepGoing = true }
        #expect(answer.status == .noConnection, "\(answer)")
        #expect(answer.messages.contains("error: the lock nightly was lost"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("THREE") || $0 == "COMMIT" })
    }

    /// It would be let go before the transaction ends, and whoever has it next would not see what was done.
    @Test func inAnOpenTransactionThereIsNone() async throws {
        let answer = try await canned.run("sql BEGIN\nlock nightly { sql ONE }")
        #expect(answer.status == .failed && !canned.toAccessNode.contains("ONE"), "\(answer)")
    }

    @Test func aDryRunTakesNone() async throws {
        let answer = try await canned.run("lock nightly { sql ONE }") { $0.dryRun = true }
        #expect(answer.data.contains("ONE;") && canned.toAccessNode.isEmpty, "\(answer)")
    }

    @Test func aFailureInItEndsIt() async throws {
        canned["an1"].answer("ONE", .refused("no"))
        let answer = try await canned.run("lock nightly { sql ONE; sql TWO }\necho next")
        #expect(answer.status == .failed && !canned.toAccessNode.contains("TWO"), "\(answer)")
        #expect(canned.servers.open == 1)
    }
}
