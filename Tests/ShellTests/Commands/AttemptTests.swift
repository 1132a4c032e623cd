import CannedServers
import MultiNode
import Rendering
import Shell
import Testing

/// `try { … } else { … } finally { … }`: what is caught, what is run, and what is told.
@Suite(.timeLimit(.minutes(1))) struct AttemptTests {
    private let canned = CannedCluster()

    init() {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer("FAULTY", .refused("no such thing", sqlstate: "42P01"))
        canned["an1"].answer("LOST", .lost)
    }

    private static let telling = "echo \"${sqlstate} ${error} [${node}]\""

    @Test func aFailureIsCaughtAndTellsWhatItIs() async throws {
        let answer = try await canned.run(
            "try {\n  sql FAULTY\n  echo no\n} else {\n  \(Self.telling)\n} finally {\n  echo last\n}\necho next")
        #expect(answer.data == "42P01 no such thing []\nlast\nnext\n", "\(answer)")
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
    }

    @Test func withoutAnElseItIsAFailureBehindTheFinally() async throws {
        let answer = try await canned.run("try {\n  sql FAULTY\n} finally {\n  echo last\n}\necho next")
        #expect(answer.data == "last\n" && answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("error: no such thing"), "\(answer)")
        #expect(answer.messages.hasSuffix("1 statement was not run, from t:6 on\n"), "\(answer)")
    }

    @Test func aNodesFailureTellsWhichNode() async throws {
        for node in ["dn1", "dn3"] as [Place] { canned[node].answer("SELECT n", .value("1")) }
        canned["dn2"].openings = [.down("dn2")]
        let partial = try await canned.run("try { query SELECT n } else { echo \"[${node}] ${error}\" }")
        #expect(partial.data.contains("[dn2] ") && partial.data.contains("Connection refused"), "\(partial)")
        let one = try await canned.run("try { query --on dn2 SELECT n } else { echo \"[${node}]\" }")
        #expect(one.data.hasSuffix("[dn2]\n") && partial.status == .done && one.status == .done, "\(one)")
        #expect(partial.messages.isEmpty && one.messages.isEmpty, "\(partial)")
    }

    /// As one that failed as a whole: who deals with it is told, and people are not.
    @Test func aPartialFailureThatIsCaughtIsNoError() async throws {
        let canned = CannedCluster()
        canned["dn2"].openings = [.down("dn2")]
        let loud = try await canned.run("try { node ping } else { echo \"[${node}]\" }")
        #expect(loud.data.hasSuffix("[dn2]\n") && loud.messages.isEmpty && loud.status == .done, "\(loud)")
        let quiet = try await canned.run("try { node ping } else { }") { $0.isQuiet = true }
        #expect(quiet.data.isEmpty && quiet.messages.isEmpty && quiet.status == .done, "\(quiet)")
        let kept = try await canned.run("try { node ping } finally { }")
        #expect(kept.messages.contains("not up: dn2") && kept.status == .partial, "\(kept)")
    }

    @Test func whatWasFoundBeforeAFailureThatIsCaughtCounts() async throws {
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
        let answer = try await canned.run("try { status; sql FAULTY } else { echo caught }")
        #expect(answer.data.hasSuffix("caught\n") && answer.status == .notHealthy, "\(answer)")
    }

    @Test func anAnswerThatIsNoIsNoFailureButAnAssertionIs() async throws {
        canned["an1"].answer(
            DataNode.list,
            .rows(canned.nodes.map { CannedCluster.row(node: $0, isAvailable: $0 != "dn3") }))
        let status = try await canned.run("try { status } else { echo caught }")
        #expect(!status.data.contains("caught") && status.status == .notHealthy, "\(status)")
        let assertion = try await canned.run("try { assert a == b \"differs\" } else { echo ${error} }")
        #expect(assertion.data == "differs\n" && assertion.status == .done, "\(assertion)")
    }

    @Test func whatFailsInTheElseOrFinallyIsAFailure() async throws {
        for script in [
            "try { sql FAULTY } else { sql FAULTY }\necho next", "try { echo a } finally { sql FAULTY }\necho next",
            "try { sql FAULTY } else { echo b } finally { sql FAULTY }\necho next",
        ] {
            let answer = try await canned.run(script)
            #expect(answer.status == .failed && !answer.data.contains("next"), "\(answer)")
            #expect(answer.messages.contains("no such thing"))
        }
    }

    @Test func theInnermostElseCatches() async throws {
        let answer = try await canned.run(
            "try { try { sql FAULTY } finally { try { sql FAULTY } else { echo 1 } } } else { \(Self.telling) }")
        #expect(answer.data == "1\n42P01 no such thing []\n" && answer.messages.isEmpty, "\(answer)")
    }

    @Test func theVariablesAreWhatTheyWereBehindTheElse() async throws {
        let answer = try await canned.run("set node mine\ntry { sql FAULTY } else { echo [${node}] }\necho ${node}")
        #expect(answer.data == "[]\nmine\n", "\(answer)")
    }

    @Test(arguments: [false, true]) func keepingOnDoesNotGoOnInTheBlock(_ keepsGoing: Bool) async throws {
        let answer = try await canned.run("try {\n  sql FAULTY\n  echo no\n} else {\n  echo caught\n}\necho next") {
            $0.keepGoing = keepsGoing
        }
        #expect(answer.data == "caught\nnext\n" && answer.status == .done, "\(answer)")
    }

    @Test func aLostAccessNodeIsNotCaughtButFinallyRuns() async throws {
        let answer = try await canned.run("try { sql LOST } else { echo caught } finally { echo last }\necho next")
        #expect(answer.data == "last\n" && answer.status == .noConnection, "\(answer)")
        #expect(answer.messages.contains("the connection to the access node was lost"), "\(answer)")
    }

    @Test func quittingIsNotCaughtButFinallyRuns() async throws {
        let answer = try await canned.run(
            "try { quit 3 } else { echo caught } finally { echo a; echo last }\necho next")
        #expect(answer.data == "a\nlast\n" && answer.status?.rawValue == 3, "\(answer)")
    }

    @Test func programsAreToldWhatWasCaught() async throws {
        let answer = try await canned.run("try { sql FAULTY } else { echo b }") { $0.format = .json }
        #expect(answer.data.split(separator: "\n").count == 2, "\(answer)")
        #expect(
            answer.data.hasPrefix(#"{"v":1,"command":"sql","columns":[],"rows":[],"ok":false"#)
                && answer.messages.isEmpty, "\(answer)")
    }

    @Test func aTransactionInItIsUndone() async throws {
        let answer = try await canned.run("try { transaction { sql ONE; sql FAULTY } } else { \(Self.telling) }")
        #expect(answer.data.hasSuffix("42P01 no such thing []\n") && answer.status == .done, "\(answer)")
        #expect(canned.toAccessNode.contains("ROLLBACK") && !canned.toAccessNode.contains("COMMIT"))
    }

    // MARK: Ctrl-C

    @Test func aSignalIsNotCaughtAndFinallyRunsToItsEnd() async throws {
        let gate = Gate()
        canned["an1"].answer("SLOW", .held(gate, .done("DONE")))
        let task = Task {
            try await canned.run("try { sql SLOW } else { echo caught } finally { sql ONE; echo last }\necho next")
        }
        await gate.isHolding(1)
        task.cancel()
        let answer = try await task.value
        #expect(answer.data.hasSuffix("last\n") && !answer.data.contains("caught"), "\(answer)")
        #expect(answer.status == .interrupted && canned.toAccessNode.last == "ONE", "\(answer)")
    }

    @Test func aSecondOneEndsTheFinally() async throws {
        let (gate, later) = (Gate(), Gate())
        canned["an1"].answer("SLOW", .held(gate, .done("DONE")))
        canned["an1"].answer("SLOWER", .held(later, .done("DONE")))
        let stopping = Stopping()
        let trial = try ShellTrial(canned, stopping: stopping)
        let task = Task { try await trial.run("try { sql SLOW } finally { sql SLOWER; echo last }") }
        await gate.isHolding(1)
        #expect(!stopping.interrupt())
        task.cancel()
        await later.isHolding(1)
        #expect(stopping.interrupt())
        let answer = try await task.value
        #expect(!answer.data.contains("last") && answer.status == .interrupted, "\(answer)")
        #expect(!stopping.interrupt())
    }
}
