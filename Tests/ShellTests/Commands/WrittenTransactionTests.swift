import CannedServers
import ClusterAccess
import CommandLanguage
import LineEditing
import MultiNode
import Rendering
import Testing

@testable import Shell

/// A transaction that `BEGIN` has begun: only the user's own SQL ends it.
@Suite(.timeLimit(.minutes(1))) struct WrittenTransactionTests {
    private let canned = CannedCluster()

    init() { canned["an1"].otherwise = .done("DONE") }

    /// What was sent to the access node besides questions.
    private var changes: [String] { canned.toAccessNode.filter { !$0.hasPrefix("SELECT") } }

    // MARK: The end of the run in it

    private let undone = ": a transaction was still open: it is undone\n"

    @Test(arguments: ["", "quit", "quit 0", "disconnect", "reconnect", "connect", "sql SAVEPOINT s"])
    func whatIsStillOpenIsUndone(_ last: String) async throws {
        let answer = try await canned.run("sql BEGIN\nsql ONE\n\(last)")
        #expect(answer.status == .failed)
        #expect(answer.messages == "error" + undone)
    }

    @Test(arguments: ["sql COMMIT", "sql ROLLBACK", "sql COMMIT\nquit", "sql COMMIT\nreconnect\nsql TWO"])
    func whatIsEndedIsNot(_ end: String) async throws {
        let answer = try await canned.run("sql BEGIN\nsql ONE\n\(end)")
        #expect(answer.status == .done)
        #expect(answer.messages.isEmpty)
    }

    /// COMMIT rolls a failed transaction back, and the server calls that done.
    @Test(arguments: ["COMMIT", "END", "commit and chain", "PREPARE TRANSACTION 'p'"])
    func whatWasUndoneAtItsEndIsNoSuccess(_ end: String) async throws {
        canned["an1"].answer(SQL(stringLiteral: end), .done("ROLLBACK"))
        let answer = try await canned.run("sql BEGIN\ntry { sql ONE } else { }\nsql \(end)\necho stored") {
            $0.format = .json
        }
        #expect(answer.status == .failed && !answer.data.contains("stored"), "\(answer)")
        #expect(answer.data.contains(#""changed":false"#), "\(answer)")
        #expect(answer.data.contains("the transaction had failed, and was undone everywhere"), "\(answer)")
    }

    @Test(arguments: ["ROLLBACK", "ABORT", "ROLLBACK TO s"])
    func whatIsUndoneAsAskedIs(_ end: String) async throws {
        canned["an1"].answer(SQL(stringLiteral: end), .done("ROLLBACK"))
        let answer = try await canned.run("sql BEGIN\nsql \(end)\nsql ROLLBACK")
        #expect(answer.status == .done, "\(answer)")
    }

    @Test func aStatusThatTellsMoreStays() async throws {
        let asked = try await canned.run("sql BEGIN\nassert 1 == 2")
        #expect(asked.status == .notHealthy && asked.messages.hasSuffix("error" + undone))
    }

    @Test func whoIsAtThePromptIsOnlyTold() async throws {
        let trial = try ShellTrial(canned)
        await trial.session.interpreter.becomeInteractive { [] }
        let answer = try await trial.run("sql BEGIN\nquit")
        #expect(answer.status == .done)
        #expect(answer.messages == "note" + undone)
    }

    @Test func whatTheScriptItselfBeginsIsNotTheUsers() async throws {
        canned["an1"].answer("ONE", .refused("no"))
        #expect(try await !canned.run("transaction { sql ONE }").messages.contains("still open"))
        #expect(try await !canned.run("role drop app --everywhere").messages.contains("still open"))
    }

    // MARK: What can't be in it

    /// Nobody is asked for what is then refused.
    @Test(arguments: ["role create new --everywhere", "role alter app --everywhere"])
    func whatIsRefusedAsksForNoPassword(_ command: String) async throws {
        // Without a terminal the question itself is an error.
        let answer = try await canned.run("sql BEGIN\n\(command) --password-prompt")
        #expect(answer.messages.contains("error: a transaction is open already"), "\(answer)")
        let file = try await canned.run("sql BEGIN\n\(command) --password-file /nonexistent")
        #expect(file.messages.contains("error: a transaction is open already"), "\(file)")
        #expect(!changes.contains { $0.contains("ROLE") })
    }

    @Test func whatIsOneStatementMayAskInIt() async throws {
        let answer = try await canned.run("sql BEGIN\nrole create new --password-prompt")
        #expect(answer.messages.contains("there is no terminal to ask at"), "\(answer)")
    }

    // MARK: Its loss

    /// Answers to commands behind a transaction whose connection was lost while nothing ran.
    private func afterLoss(_ commands: String..., isInteractive: Bool) async throws -> [ShellTrial.Answer] {
        let trial = try ShellTrial(canned)
        if isInteractive { await trial.session.interpreter.becomeInteractive { [] } }
        _ = try await trial.run("sql BEGIN\nsql ONE")
        await trial.session.interpreter.connection.link?.close()
        var answers: [ShellTrial.Answer] = []
        for command in commands { answers.append(try await trial.run(command)) }
        return answers
    }

    private let loss = "error: the transaction was lost with its connection; nothing of it took effect\n"

    @Test(arguments: ["sql COMMIT", "sql TWO", "sql ROLLBACK TO s", "node list", "role create new --everywhere"])
    func theNextCommandIsRefusedOnce(_ command: String) async throws {
        let answers = try await afterLoss(command, "sql THREE", isInteractive: true)
        #expect(answers[0].messages.contains(loss), "\(answers[0])")
        #expect(answers[0].status == .noConnection && answers[1].status == .done)
        #expect(changes == ["BEGIN", "ONE", "THREE"])
    }

    @Test(arguments: ["sql ROLLBACK", "sql abort work"]) func rollingBackIsDoneAlready(_ command: String) async throws {
        let answers = try await afterLoss(command, "sql THREE", isInteractive: true)
        #expect(answers[0].status == .done)
        #expect(
            answers[0].data == "unchanged: the transaction was lost with its connection, and so it is undone\n")
        #expect(changes == ["BEGIN", "ONE", "THREE"])
    }

    @Test func aScriptEndsThere() async throws {
        let answers = try await afterLoss("sql TWO\nsql THREE", isInteractive: false)
        #expect(answers[0].status == .noConnection && answers[0].messages.contains(loss), "\(answers[0])")
        #expect(changes == ["BEGIN", "ONE"])
    }

    /// On a new connection it would be done as another role, or to another table.
    @Test(arguments: [
        "SET ROLE app", "set search_path to s", "LISTEN news", "PREPARE p AS SELECT 1", "CREATE TEMP TABLE t ()",
    ])
    func whatTheSessionKeptIsNotLostUnseen(_ statement: String) async throws {
        let trial = try ShellTrial(canned)
        await trial.session.interpreter.becomeInteractive { [] }
        _ = try await trial.run("sql \(statement)")
        await trial.session.interpreter.connection.link?.close()
        let refused = try await trial.run("sql TWO")
        #expect(
            refused.status == .noConnection && refused.messages.contains("what the session kept is gone"), "\(refused)")
        #expect(try await trial.run("sql THREE").status == .done)
        #expect(changes == [statement, "THREE"])
    }

    @Test(arguments: ["SET LOCAL a = 1", "SELECT 1", "SET ROLE app\nsql DISCARD ALL", "SET TRANSACTION READ ONLY"])
    func whatIsNotKeptIsNot(_ statement: String) async throws {
        let trial = try ShellTrial(canned)
        await trial.session.interpreter.becomeInteractive { [] }
        _ = try await trial.run("sql \(statement)")
        await trial.session.interpreter.connection.link?.close()
        #expect(try await trial.run("sql THREE").status == .done)
    }

    @Test func afterThatThePromptShowsNoTransaction() async throws {
        let trial = try ShellTrial(canned)
        let interpreter = trial.session.interpreter
        await interpreter.becomeInteractive { [] }
        _ = try await trial.run("sql BEGIN")
        #expect(await interpreter.prompt(nil).text.hasSuffix("*> "))
        await interpreter.connection.link?.close()
        for command in ["sql TWO", "sql THREE"] {
            _ = try await trial.run(command)
            #expect(await !interpreter.prompt(nil).text.contains("*"))
        }
    }

    // MARK: What can't be part of it

    private static let refused = [
        "role create new --everywhere", "role create new --grant-nodes dn1", "role alter app --everywhere --createdb",
        "role drop app --everywhere", "role create one two --everywhere", "heal schedule", "heal unschedule",
        "heal all", "node add dn9 --host dn9", "node delete dn1 --drop-database", "exec --no-transaction VACUUM",
        "job run 1001", "transaction { sql TWO }",
    ]

    @Test(arguments: refused) func whatNeedsOneOfItsOwnIsRefused(_ command: String) async throws {
        canned["an1"].answer(
            HealingJob.isScheduled(every: "5 minutes", 1001, CannedCluster.capabilities), .value("f"))
        let answer = try await canned.run("sql BEGIN\nsql ONE\n\(command)\nsql ROLLBACK") {
            $0.keepGoing = true
            $0.assumeYes = true
        }
        #expect(answer.status == .failed)
        #expect(changes == ["BEGIN", "ONE", "ROLLBACK"])
        #expect(answer.messages.contains("error: a transaction is open already"), "\(answer)")
        #expect(answer.messages.contains("help: end it first: 'COMMIT;' or 'ROLLBACK;'\n"), "\(answer)")
    }

    @Test(arguments: refused + ["role create new", "exec CREATE SCHEMA app"])
    func soItIsInOneThatHasFailed(_ command: String) async throws {
        canned["an1"].answer("ONE", .refused("no"))
        let answer = try await canned.run("sql BEGIN\nsql ONE\n\(command)\nsql ROLLBACK") {
            $0.keepGoing = true
            $0.assumeYes = true
        }
        #expect(answer.status == .failed)
        #expect(canned.toAccessNode.filter { $0 != Capabilities.query.text } == ["BEGIN", "ONE", "ROLLBACK"])
        #expect(answer.messages.contains("error: a transaction is open already"), "\(answer)")
        #expect(answer.messages.contains("help: end it first: it has failed, so by 'ROLLBACK;'\n"), "\(answer)")
    }

    @Test(arguments: ["role create new", "exec CREATE SCHEMA app", "role grant app --nodes all", "node block dn1"])
    func oneStatementIsPartOfIt(_ command: String) async throws {
        let answer = try await canned.run("sql BEGIN\n\(command)\nsql COMMIT")
        #expect(answer.status == .done, "\(answer)")
        #expect(changes.first == "BEGIN" && changes.last == "COMMIT" && changes.count { $0 == "COMMIT" } == 1)
        #expect(canned.toAccessNode.count { $0 == "BEGIN" } == 1)
    }

    @Test(arguments: ["sql COMMIT", "sql ROLLBACK"]) func afterItsEndEverythingRuns(_ end: String) async throws {
        let answer = try await canned.run("sql BEGIN\n\(end)\nrole create new --everywhere")
        #expect(answer.status == .done, "\(answer)")
    }
}
