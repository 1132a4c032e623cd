import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// Plans, and the transactions that they and scripts open on the access node.
@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    private let canned = CannedCluster()
    private let number = TransactionOutcome.number.text

    init() {
        for statement: SQL in ["ONE", "TWO", "THREE"] { canned["an1"].answer(statement, .done(statement.text)) }
    }

    private func two() -> Plan { Plan([.transaction(["ONE", "TWO"])]) }

    // MARK: Plans

    @Test func aStatementGoesByItself() async throws {
        #expect(try await canned.cluster().carryOut(Plan("ONE")).map(\.commandTag) == ["ONE"])
        #expect(canned.toAccessNode == ["ONE"])
    }

    @Test func whatBelongsTogetherIsOneTransaction() async throws {
        let cluster = canned.cluster()
        let plan = Plan([.statement("ONE"), .transaction(["TWO", "THREE"]), .statement("ONE")])
        #expect(try await cluster.carryOut(plan).map(\.commandTag) == ["ONE", "TWO", "THREE", "ONE"])
        #expect(canned.toAccessNode == ["ONE", "BEGIN", "TWO", "THREE", number, "COMMIT", "ONE"])
        #expect(await cluster.connection.transaction == .none)
    }

    @Test func anEmptyPlanSendsNothing() async throws {
        #expect(try await canned.cluster().carryOut(Plan()).isEmpty)
        #expect(canned.servers.attempts.isEmpty)
    }

    @Test func aFailureUndoesTheTransactionAndEndsThePlan() async throws {
        canned["an1"].answer("TWO", .refused("no", sqlstate: "42501"))
        let cluster = canned.cluster()
        let error = await failure {
            try await cluster.carryOut(Plan([.transaction(["ONE", "TWO", "THREE"]), .statement("THREE")]))
        }
        #expect(error?.message == "no" && error?.sqlstate == "42501")
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", "ROLLBACK"])
        // The connection can be used further.
        #expect(try await cluster.carryOut(Plan("ONE")).map(\.commandTag) == ["ONE"])
    }

    @Test func aPartOfAScriptsTransactionBeginsAndEndsNone() async throws {
        let cluster = canned.cluster()
        try await cluster.begin(.script)
        try await cluster.carryOut(two())
        #expect(await cluster.isInScriptTransaction)
        try await cluster.commit()
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", number, "COMMIT"])
        #expect(await !cluster.isInScriptTransaction)
    }

    @Test func noTransactionOfAScriptIsInAnother() async throws {
        let cluster = canned.cluster()
        canned["an1"].answer("BEGIN", .done("BEGIN"))
        try await cluster.send("BEGIN")
        let error = await failure { try await cluster.begin(.script) }
        #expect(error?.message == "a transaction is open already")
        #expect(error?.remedy == "end it first: 'sql COMMIT' or 'sql ROLLBACK'")
        #expect(canned.toAccessNode == ["BEGIN"])
    }

    // MARK: Interrupts

    @Test func anInterruptedCommandIsUndoneAllTheSame() async throws {
        let gate = Gate()
        canned["an1"].answer("TWO", .held(gate, .none))
        let cluster = canned.cluster()
        let task = Task { try await cluster.carryOut(Plan([.transaction(["ONE", "TWO", "THREE"])])) }
        await gate.isHolding(1)
        task.cancel()
        #expect(await failure { try await task.value }?.kind == .interrupted)
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", "ROLLBACK"])
        #expect(canned.servers.sent.last?.timeout != nil)
    }

    @Test func afterALostConnectionNothingIsRolledBack() async throws {
        canned["an1"].answer("TWO", .lost)
        let cluster = canned.cluster()
        #expect(await failure { try await cluster.carryOut(two()) }?.kind == .connectionLost)
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO"])
    }

    @Test func whereItCanNotBeRolledBackTheConnectionIsClosed() async throws {
        canned["an1"].answer("TWO", .refused("no"))
        canned["an1"].answer("ROLLBACK", .silence)
        let cluster = canned.cluster()
        #expect(await failure { try await cluster.carryOut(two()) }?.message == "no")
        #expect(await !cluster.connection.isConnected)
        #expect(canned.servers.open == 0)
    }

    @Test func afterADisconnectTheRestOfAScriptsTransactionTakesNoEffect() async throws {
        let cluster = canned.cluster()
        try await cluster.begin(.script)
        await cluster.connection.disconnect()
        let lost = "the transaction was lost with its connection; nothing of it took effect"
        #expect(await failure { try await cluster.send("ONE") }?.message == lost)
        #expect(await failure { try await cluster.commit() }?.message == lost)
        #expect(canned.toAccessNode == ["BEGIN"])
        #expect(try await cluster.send("ONE").commandTag == "ONE")
    }

    // MARK: COMMIT

    @Test func aCommitThatRollsBackIsAFailure() async throws {
        canned["an1"].answer("COMMIT", .done("ROLLBACK"))
        let cluster = canned.cluster()
        let error = await failure { try await cluster.carryOut(two()) }
        #expect(error?.message == "the transaction had failed, and was undone everywhere")
        #expect(await cluster.connection.transaction == .none)
    }

    private let healFirst = "'heal all' first, then try again: what a data node still holds of it blocks that"

    @Test func aCommitThatIsRefusedHasUndoneIt() async throws {
        canned["an1"].answer("COMMIT", .refused("[dn2]: it is gone\nThis means much", sqlstate: "08006"))
        let cluster = canned.cluster()
        let error = await failure { try await cluster.carryOut(two()) }
        #expect(error?.message == "[dn2]: it is gone: the transaction is undone")
        #expect(error?.node == "dn2" && error?.remedy == healFirst)
        // There is nothing left to roll back, so that the server has nothing to warn of.
        let status = TransactionOutcome.status(of: "700").text
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", number, "COMMIT", status])
    }

    @Test func whatTheAccessNodeItselfRefusesLeavesNothingToHeal() async {
        canned["an1"].answer("COMMIT", .refused("a deferred check", sqlstate: "23503"))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.message == "a deferred check: the transaction is undone")
        #expect(error?.remedy?.contains("heal") != true)
    }

    @Test(arguments: [
        ("committed", "gone: the transaction took effect all the same"),
        ("in progress", "gone: whether the transaction took effect is not known"),
        (nil, "gone: whether the transaction took effect is not known"),
    ]) func theAccessNodeSaysWhatBecameOfIt(_ status: String?, _ message: String) async {
        canned["an1"].answer("COMMIT", .refused("gone", sqlstate: "08006"))
        canned["an1"].answer(TransactionOutcome.status(of: "700"), .value(status))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.message == message)
        #expect(error?.remedy?.hasPrefix("'heal all'") == true)
    }

    @Test func itSaysSoAfterAnInterruptToo() async throws {
        let gate = Gate()
        canned["an1"].answer("COMMIT", .held(gate, .none))
        let cluster = canned.cluster()
        let task = Task { try await cluster.carryOut(two()) }
        await gate.isHolding(1)
        task.cancel()
        let error = await failure { try await task.value }
        #expect(error?.kind == .interrupted && error?.message == "interrupted: the transaction is undone")
        #expect(error?.remedy == healFirst)
    }

    @Test func theUsersOwnCommitSaysSo() async throws {
        canned["an1"].answer("COMMIT", .refused("[dn2]: it is gone", sqlstate: "08006"))
        let cluster = canned.cluster()
        try await cluster.send("BEGIN")
        let error = await failure { try await cluster.send("COMMIT") }
        #expect(error?.message == "[dn2]: it is gone: the transaction is undone")
        #expect(error?.remedy == healFirst)
        #expect(await cluster.connection.transaction == .none)
    }

    @Test func aCommitThatIsLostNamesTheTransaction() async throws {
        canned["an1"].answer("COMMIT", .lost)
        let cluster = canned.cluster()
        let error = await failure { try await cluster.carryOut(two()) }
        #expect(
            error?.message
                == "the connection to the access node was lost at COMMIT: whether it took effect is not known")
        #expect(
            error?.remedy
                == """
                'heal all' first, as soon as the access node answers; then 'sql SELECT txid_status(700)' tells whether \
                it took effect, before it is tried again
                """)
        #expect(error?.kind == .connectionLost && error?.isAccessNodeUnreachable == true)
        #expect(await cluster.connection.transaction == .none)
        #expect(canned.toAccessNode.last == "COMMIT")
    }

    @Test func oneThatNeverAnswersNamesItToo() async throws {
        canned["an1"].answer("COMMIT", .frozen)
        let error = await failure { try await canned.cluster().limited(to: .seconds(9)).carryOut(two()) }
        #expect(error?.kind == .timedOut)
        #expect(error?.message.hasSuffix("lost at COMMIT: whether it took effect is not known") == true)
        #expect(error?.remedy?.contains("txid_status(700)") == true)
    }

    @Test func whatChangedNothingHasNoNumber() async throws {
        canned["an1"].answer("COMMIT", .lost)
        canned["an1"].answer(TransactionOutcome.number, .value(nil))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.remedy?.contains("; then check whether it took effect, before") == true)
    }

    @Test func withoutItsNumberNothingIsCommitted() async throws {
        canned["an1"].answer(TransactionOutcome.number, .silence)
        let cluster = canned.cluster().limited(to: .seconds(9))
        #expect(await failure { try await cluster.carryOut(two()) }?.kind == .timedOut)
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", number, "ROLLBACK"])
    }
}
