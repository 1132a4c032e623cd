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
        // Its statements cost one round trip.
        #expect(canned.servers.trips.map(\.trips) == [5])
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
        // What was on its way behind it is refused.
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", "THREE", number, "ROLLBACK"])
        // The connection can be used further.
        #expect(try await cluster.carryOut(Plan("ONE")).map(\.commandTag) == ["ONE"])
    }

    /// Each of them would take effect by itself.
    @Test func nothingGoesOverBehindABeginThatIsRefused() async throws {
        canned["an1"].answer(
            "BEGIN", .refused("canceling statement due to user request", sqlstate: "57014"))
        let cluster = canned.cluster()
        #expect(await failure { try await cluster.carryOut(two()) }?.sqlstate == "57014")
        #expect(canned.toAccessNode == ["BEGIN"])
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
        #expect(error?.remedy == "end it first: 'COMMIT;' or 'ROLLBACK;'")
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
}
