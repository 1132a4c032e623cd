import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What happens when the connection to the access node is lost, and what is then known of the statement.
@Suite(.timeLimit(.minutes(1))) struct LossTests {
    private let canned = CannedCluster()
    private let change: SQL = "CREATE TABLE t (i int)"

    /// A cluster whose connection was lost in a statement before.
    private func losing(_ listener: RecordingListener = RecordingListener()) async -> Cluster {
        canned["an1"].answer("SELECT 1", .lost, .value("1"))
        let cluster = canned.cluster(listener: listener)
        _ = await failure { try await cluster.send("SELECT 1") }
        return cluster
    }

    @Test func atThePromptItIsOpenedAgainAndTold() async throws {
        let listener = RecordingListener()
        let cluster = await losing(listener)
        await cluster.connection.reopensWhenLost()
        #expect(await !cluster.connection.isConnected)
        #expect(try await cluster.send("SELECT 1").value == "1")
        #expect(listener.events.filter { $0 == "will reconnect" }.count == 1)
        #expect(canned.servers.opened == 2 && canned.servers.open == 1)
    }

    @Test func whatTheServerWasIsReadAgain() async throws {
        canned["an1"].answer("SELECT 1", .lost)
        let cluster = canned.cluster()
        await cluster.connection.reopensWhenLost()
        _ = try await cluster.capabilities()
        _ = await failure { try await cluster.send("SELECT 1") }
        _ = try await cluster.capabilities()
        #expect(canned.toAccessNode.filter { $0 == Capabilities.query.text }.count == 2)
    }

    @Test func theLossOfALinkBesideSaysNothingOfTheSessionsOwn() async throws {
        canned["an1"].answer(change, .lost)
        let cluster = canned.cluster()
        try await cluster.begin(.script)
        let error = await failure {
            try await cluster.aside { link throws(ClusterError) in try await cluster.send(change, on: link) }
        }
        #expect(error?.kind == .connectionLost && error?.isAccessNodeUnreachable == false)
        #expect(error?.message.hasSuffix(": whether this took effect is not known") == true)
        #expect(await cluster.connection.transaction == .script)
        #expect(await cluster.connection.isConnected)
    }

    /// What needs nothing of a session goes on over another; what comes behind it may need what the lost one kept.
    @Test func stepsGoOnOverAnotherSessionAndTheScriptDoesNot() async throws {
        let listener = RecordingListener()
        let cluster = await losing(listener)
        await cluster.connection.beginRenewing()
        for _ in 0..<2 { #expect(try await cluster.send("SELECT 1").value == "1") }
        #expect(listener.events.count { $0 == "will reconnect" } == 1)
        await cluster.connection.endRenewing()
        #expect(await cluster.connection.isLost && canned.servers.open == 0)
        let error = await failure { try await cluster.send("SELECT 1") }
        #expect(error?.message == "the connection to the access node was lost")
        #expect(canned.servers.opened == 2)
    }

    @Test func whereNothingWasLostTheSessionStays() async throws {
        let cluster = canned.cluster()
        canned["an1"].answer("SELECT 1", .value("1"))
        await cluster.connection.beginRenewing()
        _ = try await cluster.send("SELECT 1")
        await cluster.connection.endRenewing()
        _ = try await cluster.send("SELECT 1")
        #expect(canned.servers.opened == 1)
    }

    /// Of a transaction the rest would take effect by itself.
    @Test func aTransactionIsNotGoneOnWithOverAnotherSession() async throws {
        canned["an1"].answer("SELECT 1", .lost)
        let cluster = canned.cluster()
        await cluster.connection.beginRenewing()
        try await cluster.begin(.script)
        _ = await failure { try await cluster.send("SELECT 1") }
        #expect(
            await failure { try await cluster.send("SELECT 2") }?.message
                == "the connection to the access node was lost")
        #expect(canned.servers.opened == 1)
    }

    @Test func aScriptDoesNotGoOn() async {
        let cluster = await losing()
        for _ in 0..<2 {
            let error = await failure { try await cluster.send("SELECT 1") }
            #expect(error?.message == "the connection to the access node was lost")
            #expect(error?.remedy?.hasPrefix("run it again when the access node answers") == true)
            #expect(error?.isAccessNodeUnreachable == true)
        }
        #expect(canned.servers.opened == 1)
    }

    @Test func anOpenTransactionIsNotGoneOnWith() async throws {
        canned["an1"].answer("SELECT 1", .lost)
        let cluster = canned.cluster()
        await cluster.connection.reopensWhenLost()
        try await cluster.begin(.script)
        _ = await failure { try await cluster.send("SELECT 1") }
        let error = await failure { try await cluster.send("SELECT 2") }
        #expect(error?.message == "the connection to the access node was lost")
        await cluster.rollBack()
        // Behind the transaction the prompt goes on.
        canned["an1"].answer("SELECT 2", .value("2"))
        #expect(try await cluster.send("SELECT 2").value == "2")
    }

    // MARK: A transaction that SQL of the user has begun

    /// A cluster in such a transaction, whose connection is gone; in front of it is a change.
    private func losingATransaction(_ listener: RecordingListener = RecordingListener()) async throws -> Cluster {
        canned["an1"].answer(change, .done("CREATE TABLE"))
        let cluster = canned.cluster(listener: listener)
        try await cluster.send("BEGIN")
        try await cluster.send(change)
        await cluster.connection.link?.close()
        return cluster
    }

    @Test func atThePromptItsNextStatementAloneIsRefused() async throws {
        let listener = RecordingListener()
        let cluster = try await losingATransaction(listener)
        await cluster.connection.reopensWhenLost()
        let error = await failure { try await cluster.send(change) }
        #expect(error?.message == "the transaction was lost with its connection; nothing of it took effect")
        #expect(error?.remedy == "the next command opens the connection again")
        #expect(canned.servers.opened == 1 && canned.toAccessNode == ["BEGIN", change.text])
        try await cluster.send(change)
        #expect(canned.servers.opened == 2)
        #expect(!listener.events.contains("will reconnect"))
    }

    @Test func inAScriptTheConnectionStaysLost() async throws {
        let cluster = try await losingATransaction()
        let errors = [
            await failure { try await cluster.send("COMMIT") }, await failure { try await cluster.send(change) },
        ]
        #expect(
            errors.map { $0?.message } == [
                "the transaction was lost with its connection; nothing of it took effect",
                "the connection to the access node was lost",
            ])
        #expect(errors.allSatisfy { $0?.isAccessNodeUnreachable == true })
        #expect(canned.servers.opened == 1)
    }

    @Test func aStatementThatWasOnItsWayIsUndoneWithIt() async throws {
        canned["an1"].answer(change, .lost)
        let cluster = canned.cluster()
        await cluster.connection.reopensWhenLost()
        try await cluster.send("BEGIN")
        #expect(
            await failure { try await cluster.send(change) }?.message.hasSuffix(": the transaction is undone") == true)
        // What was typed before that was seen may not take effect by itself.
        let error = await failure { try await cluster.send("COMMIT") }
        #expect(error?.message == "the transaction was lost with its connection; nothing of it took effect")
    }

    @Test(arguments: ["COMMIT", " end work", "/* now */ COMMIT"] as [SQL])
    func whetherItsEndTookEffectIsNotKnown(_ end: SQL) async throws {
        canned["an1"].answer(end, .lost)
        canned["an1"].answer(TransactionOutcome.status(of: "700"), .value(nil))
        let cluster = canned.cluster()
        await cluster.connection.reopensWhenLost()
        try await cluster.send("BEGIN")
        let error = await failure { try await cluster.send(end) }
        #expect(error?.message.hasSuffix(": whether it took effect is not known") == true)
        canned["an1"].answer("SELECT 2", .value("2"))
        #expect(try await cluster.send("SELECT 2").value == "2")
    }

    @Test func afterItsEndNothingIsRefused() async throws {
        let cluster = canned.cluster()
        await cluster.connection.reopensWhenLost()
        try await cluster.send("BEGIN")
        try await cluster.send("COMMIT")
        await cluster.connection.link?.close()
        canned["an1"].answer("SELECT 2", .value("2"))
        #expect(try await cluster.send("SELECT 2").value == "2")
    }

    // MARK: What is known of the statement

    @Test func outsideATransactionItIsNotKnown() async {
        canned["an1"].answer(change, .lost)
        let error = await failure { try await canned.cluster().send(change) }
        #expect(error?.kind == .connectionLost)
        #expect(
            error?.message == """
                the connection to the access node was lost (server closed the connection unexpectedly): \
                whether this took effect is not known
                """)
        #expect(
            error?.remedy
                == """
                'heal all' first, as soon as the access node answers; then look whether it did, before it is run again
                """)
        #expect(error?.isAccessNodeUnreachable == true)
    }

    @Test func insideOfOneItIsUndone() async throws {
        canned["an1"].answer(change, .lost)
        let cluster = canned.cluster()
        try await cluster.begin(.script)
        let error = await failure { try await cluster.send(change) }
        #expect(error?.message.hasSuffix(": the transaction is undone") == true)
        #expect(await cluster.isInScriptTransaction)
    }

    @Test func aCommandsOwnTransactionIsOverThen() async {
        canned["an1"].answer("GRANT a TO b", .lost)
        let cluster = canned.cluster()
        let error = await failure {
            try await cluster.carryOut(Plan([.transaction(["GRANT a TO b", "GRANT a TO c"])]))
        }
        #expect(error?.message.hasSuffix(": the transaction is undone") == true)
        #expect(await cluster.connection.transaction == .none)
        #expect(canned.toAccessNode == ["BEGIN", "GRANT a TO b"])
    }

    @Test func aServerThatObeysLeavesNoDoubt() async {
        canned["an1"].answer(change, .silence)
        let error = await failure { try await canned.cluster().limited(to: .seconds(5)).send(change) }
        #expect(error?.kind == .timedOut)
        #expect(error?.message == "no answer within the time limit")
    }

    @Test func oneThatDoesNotLeavesIt() async {
        canned["an1"].answer(change, .frozen)
        let error = await failure { try await canned.cluster().limited(to: .seconds(5)).send(change) }
        #expect(error?.kind == .timedOut)
        #expect(error?.message == "no answer within the time limit: whether this took effect is not known")
    }

    @Test func theSameAfterAnInterrupt() async {
        canned["an1"].answer(change, .frozen)
        let cluster = canned.cluster()
        let task = Task { try await cluster.send(change) }
        await canned.servers.receive(change)
        task.cancel()
        let error = await failure { try await task.value }
        #expect(error?.kind == .interrupted)
        #expect(
            error?.message
                == "interrupted, and the access node did not answer: whether this took effect is not known")
    }

    @Test func aDataNodeThatIsLostSaysNothingOfTheAccessNode() async throws {
        canned["dn1"].answer(NodeState.anyQuery, .lost)
        let cluster = canned.cluster()
        let node = DataNode(name: "dn1", host: "dn1", database: "dist")
        let probe = await cluster.probe(node)
        #expect(probe.state == .down)
        #expect(probe.message == "server closed the connection unexpectedly")
        #expect(probe.error?.isAccessNodeUnreachable == false && probe.error?.node == "dn1")
        #expect(await cluster.connection.isConnected)
    }
}
