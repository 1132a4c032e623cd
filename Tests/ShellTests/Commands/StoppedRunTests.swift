import CannedServers
import MultiNode
import Shell
import Testing

/// Runs that a signal ends: what came to be done is told, nothing else begins, and the status is 130.
@Suite(.timeLimit(.minutes(1))) struct StoppedRunTests {
    private let canned = CannedCluster()
    private let gate = Gate()
    private static let sql: SQL = "SELECT 1"

    /// Sends SIGTERM while `SELECT 1` runs, which the server completes all the same.
    private func terminated(_ script: String) async throws -> ShellTrial.Answer {
        canned["an1"].answer(Self.sql, .completed(gate, .value("1")))
        canned["an1"].otherwise = .done("DONE")
        let task = Task { try await ShellTrial(canned).run(script) }
        await gate.isHolding(1)
        task.cancel()
        gate.open()
        return try await task.value
    }

    @Test(arguments: [
        "sql SELECT 1\necho next", "transaction {\n  sql SELECT 1\n}", "transaction {\n  sql SELECT 1\n  echo next\n}",
        "foreach n in a b {\n  sql SELECT 1\n}", "if node dn1 exists {\n  sql SELECT 1\n  echo next\n}",
    ])
    func whatASignalKeptFromRunningIsNoSuccess(_ script: String) async throws {
        let answer = try await terminated(script)
        #expect(answer.status == .interrupted, "\(answer)")
        #expect(!answer.data.contains("next"))
        #expect(!canned.toAccessNode.contains("COMMIT"))
    }

    @Test(arguments: ["sql SELECT 1", "foreach n in a {\n  sql SELECT 1\n}", "if node dn1 exists {\n  sql SELECT 1\n}"])
    func aRunOfWhichAllIsDoneSucceeds(_ script: String) async throws {
        #expect(try await terminated(script).status == .done)
    }

    /// At the prompt too, where several lines were pasted.
    @Test func whatWasPastedAndNotRunIsTold() async throws {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer("FAULTY", .refused("no"))
        for (script, rest) in [
            ("echo a\nsql FAULTY\necho b\necho c", "stopped: 1 command done; 2 statements were not run, from t:3 on\n"),
            (
                "if a == a {\n  sql FAULTY\n  echo b\n}",
                "stopped: 0 commands done; 1 statement was not run, from t:3 on\n"
            ),
            ("foreach n in a b {\n  sql FAULTY\n}", "stopped in the loop at t:1, with n = a; not begun: b\n"),
        ] {
            let trial = try ShellTrial(canned)
            await trial.session.interpreter.becomeInteractive { [] }
            let answer = try await trial.run(script)
            #expect(answer.messages.hasSuffix(rest), "\(answer)")
        }
        let one = try ShellTrial(canned)
        await one.session.interpreter.becomeInteractive { [] }
        #expect(try await !one.run("sql FAULTY").messages.contains("stopped"))
    }

    /// Nobody knows what of them is secret.
    @Test func whatIsInTheRowsOfALoopIsNotTold() async throws {
        canned["an1"].answer("SELECT secret", .rows([["r": "S3cret1"], ["r": "S3cret2"]]))
        canned["an1"].answer("FAULTY", .refused("no"))
        let answer = try await ShellTrial(canned).run("foreach r in rows $$SELECT secret$$ {\n  sql FAULTY\n}")
        #expect(
            answer.messages.hasSuffix("stopped in the loop at t:1; 1 row behind that one was not begun\n"), "\(answer)")
        #expect(!answer.messages.contains("S3cret"))
    }

    @Test(arguments: [false, true]) func nothingFollowsAnOperationThatWasStopped(_ keepsGoing: Bool) async throws {
        let node = DataNode(row: CannedCluster.row(node: "dn1"))
        canned["an1"].answer(Healing.statement(for: node, CannedCluster.capabilities), .held(gate, .value("1")))
        let stopping = Stopping()
        let trial = try ShellTrial(canned, stopping: stopping) { $0.keepGoing = keepsGoing }
        let task = Task { try await trial.run("heal all --parallel 1\necho next") }
        await gate.isHolding(1)
        #expect(stopping.interrupt())
        gate.open()
        let answer = try await task.value
        #expect(answer.status == .interrupted)
        #expect(!answer.data.contains("next"))
        // What was in hand is told.
        #expect(answer.data.contains("dn1  | healed |      1"), "\(answer)")
        #expect(answer.messages.contains("not healed: dn2 (interrupted), dn3 (interrupted)"))
    }
}
