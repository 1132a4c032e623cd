import CannedServers
import MultiNode
import Platform
import Rendering
import Shell
import Testing

/// `transaction { … }`: what is sent, and what is undone.
@Suite(.timeLimit(.minutes(1))) struct TransactionBlockTests {
    private let canned = CannedCluster()
    private let number = TransactionOutcome.number.text

    init() { canned["an1"].otherwise = .done("DONE") }

    /// The statements to the access node without those that only read what it is.
    private var changes: [String] {
        canned.toAccessNode.changes
    }

    @Test func allOfItIsOneTransaction() async throws {
        let answer = try await canned.run(
            """
            transaction {
                sql ONE
                sql TWO
                role create part --everywhere
                if 1 == 1 { exec THREE }
            }
            sql FOUR
            """)
        #expect(answer.status == .done, "\(answer)")
        #expect(changes.count == 9)
        #expect(changes.first == "BEGIN" && Array(changes[1...2]) == ["ONE", "TWO"])
        #expect(changes[3] == #"CREATE ROLE "part""#)
        #expect(changes[4].hasPrefix("CALL ") && changes[5].hasPrefix("CALL "))
        #expect(Array(changes[6...]) == [number, "COMMIT", "FOUR"])
    }

    @Test(arguments: [true, false]) func aFailureInTheMidstUndoesIt(isPipelined: Bool) async throws {
        canned["an1"].answer("TWO", .refused("no"))
        let answer = try await canned.run("transaction {\n sql ONE\n sql TWO\n sql THREE\n}\nsql FOUR") {
            // With the time told, each statement waits for the answer to the one before.
            $0.timing = !isPipelined
        }
        #expect(answer.status == .failed)
        // What follows is on its way by then, and the server refuses it.
        #expect(changes == ["BEGIN", "ONE", "TWO"] + (isPipelined ? ["THREE"] : []) + ["ROLLBACK"])
        #expect(answer.messages.contains("t:3:2: error: no\n"), "\(answer.messages)")
        #expect(
            answer.messages.hasSuffix(
                """
                note: nothing of the transaction was done: it was undone on all nodes
                stopped: 1 command done; 1 statement was not run, from t:6 on

                """), "\(answer.messages)")
    }

    @Test(arguments: [true, false]) func onlyWhatIsSentIsShown(asSQL: Bool) async throws {
        canned["an1"].answer("TWO", .refused("no"))
        let answer = try await canned.run("transaction {\n sql ONE\n sql TWO\n sql THREE\n}") {
            $0.showSQL = asSQL
            $0.echo = !asSQL
        }
        #expect(answer.status == .failed)
        #expect(changes == ["BEGIN", "ONE", "TWO", "ROLLBACK"])
        #expect(answer.messages.contains(asSQL ? "-- access node\nTWO;\n" : "sql TWO\n"), "\(answer)")
        #expect(!answer.messages.contains("THREE"), "\(answer)")
    }

    @Test func whoKeepsGoingGoesOnBehindIt() async throws {
        canned["an1"].answer("ONE", .refused("no"))
        let answer = try await canned.run("transaction { sql ONE; sql TWO }\nsql THREE") { $0.keepGoing = true }
        #expect(answer.status == .failed)
        #expect(changes == ["BEGIN", "ONE", "TWO", "ROLLBACK", "THREE"])
        #expect(answer.messages.hasSuffix("1 of 2 commands failed\n"))
    }

    @Test func aConditionThatDoesNotHoldUndoesIt() async throws {
        let answer = try await canned.run("transaction { sql ONE; assert 1 == 2 \"not so\" }")
        #expect(answer.status == .notHealthy)
        #expect(changes == ["BEGIN", "ONE", "ROLLBACK"])
        #expect(answer.messages.contains("error: not so"))
    }

    @Test func aCommitThatFailsIsTold() async throws {
        canned["an1"].answer("COMMIT", .refused("a node is gone", sqlstate: "08006"))
        let answer = try await canned.run("transaction { sql ONE }\nsql TWO")
        #expect(answer.status == .failed)
        #expect(changes == ["BEGIN", "ONE", number, "COMMIT", TransactionOutcome.status(of: "700").text])
        #expect(answer.messages.hasPrefix("t:1:1: error: a node is gone: the transaction is undone\n"))
        #expect(answer.messages.contains("help: 'heal all' first, then try again"))
    }

    @Test func aCommitThatIsLostNamesTheTransaction() async throws {
        canned["an1"].answer("COMMIT", .lost)
        canned["an1"].answer(TransactionOutcome.status(of: "700"), .value(nil))
        let answer = try await canned.run("transaction { sql ONE }")
        #expect(answer.status == .noConnection)
        #expect(answer.messages.contains("whether it took effect is not known"))
        #expect(answer.messages.contains("txid_status(700)"))
    }

    /// The beginning of the object for programs that a transaction which came to nothing ends with.
    private func undone(_ message: String) -> String {
        #"{"v":1,"command":"transaction","columns":[],"rows":[],"ok":false,"changed":false,"nodes":[],"error":{"message":"#
            + "\"\(message)\","
    }

    @Test func programsAreToldThatItIsUndone() async throws {
        canned["an1"].answer("TWO", .refused("no"))
        let answer = try await canned.run("transaction { role create new; sql TWO }") { $0.format = .json }
        let lines = answer.data.split(separator: "\n").map(String.init)
        #expect(
            lines.count == 3
                && lines[0].contains(#""command":"role create","columns":[],"rows":[],"ok":true,"changed":true"#),
            "\(answer)")
        #expect(
            lines.last?.hasPrefix(undone("nothing of the transaction was done: it was undone on all nodes")) == true)
    }

    @Test func programsAreToldOfOneThatIsStillOpen() async throws {
        let answer = try await canned.run("sql BEGIN\nsql ONE") { $0.format = .json }
        let last = try #require(answer.data.split(separator: "\n").last)
        #expect(last.hasPrefix(undone("a transaction was still open: it is undone")), "\(answer)")
    }

    @Test func programsAreToldOfACommitThatFails() async throws {
        canned["an1"].answer("COMMIT", .refused("a node is gone", sqlstate: "08006"))
        let answer = try await canned.run("transaction { sql ONE }") { $0.format = .json }
        let last = try #require(answer.data.split(separator: "\n").last)
        #expect(
            last.hasPrefix(#"{"v":1,"command":"transaction","columns":[],"rows":[],"ok":false,"changed":false,"#),
            "\(answer)")
        #expect(last.contains("a node is gone: the transaction is undone"))
    }

    @Test func anInterruptUndoesIt() async throws {
        let gate = Gate()
        canned["an1"].answer("TWO", .held(gate, .none))
        let task = Task { try await canned.run("transaction { sql ONE; sql TWO; sql THREE }\nsql FOUR") }
        await gate.isHolding(1)
        task.cancel()
        let answer = try await task.value
        #expect(answer.status == .interrupted)
        #expect(changes == ["BEGIN", "ONE", "TWO", "ROLLBACK"])
        #expect(answer.messages.contains("note: nothing of the transaction was done"))
    }

    @Test func aLostConnectionHasUndoneIt() async throws {
        canned["an1"].answer("ONE", .lost)
        let answer = try await canned.run("transaction { sql ONE; sql TWO }\nsql THREE")
        #expect(answer.status == .noConnection)
        #expect(changes == ["BEGIN", "ONE"])
        #expect(answer.messages.contains(": the transaction is undone"))
    }

    @Test func aCommandWithTwoPartsEndsAtTheFirstThatFails() async throws {
        let plan = try Nodes.setAvailable(false, "dn1", CannedCluster.capabilities)
        canned["an1"].answer(plan.statements[0], .refused("no"), .done("OK"))
        let answer = try await canned.run("transaction { node disable dn1 dn2 }")
        #expect(answer.status == .failed)
        #expect(canned.servers.sent.filter { $0.text == plan.statements[0].text }.count == 1)
        #expect(changes.last == "ROLLBACK")
    }

    @Test(arguments: ["quit", "disconnect", "heal all", "exec --no-transaction VACUUM", "sql COMMIT"])
    func whatCantBeInOneIsRefusedBefore(_ command: String) async throws {
        let answer = try await canned.run("transaction { sql ONE; \(command) }")
        #expect(answer.status == .usage, "\(answer)")
        #expect(canned.servers.attempts.isEmpty)
    }

    @Test func aServerThatCantHaveNodesHasNone() async throws {
        var row = CannedCluster.capabilities(of: "an1")
        row["extension_version"] = .some(nil)
        canned["an1"].answer(Capabilities.query, .rows([row]))
        let answer = try await canned.run("transaction { sql ONE }")
        #expect(answer.status == .failed && answer.messages.contains("has no TimescaleDB"))
        #expect(canned.toAccessNode == [Capabilities.query.text])
    }
}
