import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What became of a COMMIT, whatever came between it and its answer.
@Suite(.timeLimit(.minutes(1))) struct CommitTests {
    private let canned = CannedCluster()
    private let number = TransactionOutcome.number.text
    private let status = TransactionOutcome.status(of: "700")

    init() {
        for statement: SQL in ["ONE", "TWO"] { canned["an1"].answer(statement, .done(statement.text)) }
    }

    private func two() -> Plan { Plan([.transaction(["ONE", "TWO"])]) }

    private func healFirst(_ what: String = "heal all") -> String {
        "'\(what)' first, then try again: what a data node still holds of it blocks that"
    }

    // MARK: The access node refuses it

    @Test func whatIsRefusedIsUndone() async throws {
        canned["an1"].answer("COMMIT", .refused("[dn2]: it is gone\nThis means much", sqlstate: "08006"))
        let cluster = canned.cluster()
        let error = await failure { try await cluster.carryOut(two()) }
        #expect(error?.message == "[dn2]: it is gone: the transaction is undone")
        #expect(error?.node == "dn2" && error?.remedy == healFirst("heal dn2"))
        // There is nothing left to roll back, so that the server has nothing to warn of.
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", number, "COMMIT", status.text])
    }

    @Test func whatTheAccessNodeItselfRefusesLeavesNothingToHeal() async {
        canned["an1"].answer("COMMIT", .refused("a deferred check", sqlstate: "23503"))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.message == "a deferred check: the transaction is undone")
        #expect(error?.remedy?.contains("heal") != true)
    }

    @Test(arguments: [
        ("committed", "gone: the transaction took effect all the same", true),
        ("in progress", "gone: whether the transaction took effect is not known", nil),
        (nil, "gone: whether the transaction took effect is not known", nil),
    ]) func theAccessNodeSaysWhatBecameOfIt(_ status: String?, _ message: String, _ tookEffect: Bool?) async {
        canned["an1"].answer("COMMIT", .refused("gone", sqlstate: "08006"))
        canned["an1"].answer(self.status, .value(status))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.message == message)
        #expect(error?.remedy?.hasPrefix("'heal all'") == true)
        #expect(error?.tookEffect == tookEffect)
    }

    @Test func theUsersOwnCommitSaysSo() async throws {
        canned["an1"].answer("COMMIT", .refused("[dn2]: it is gone", sqlstate: "08006"))
        let cluster = canned.cluster()
        try await cluster.send("BEGIN")
        let error = await failure { try await cluster.send("COMMIT") }
        #expect(error?.message == "[dn2]: it is gone: the transaction is undone")
        #expect(error?.remedy == healFirst("heal dn2"))
        #expect(await cluster.connection.transaction == .none)
        #expect(canned.toAccessNode == ["BEGIN", number, "COMMIT", status.text])
    }

    @Test func aFailedTransactionOfTheUsersHasNoNumber() async throws {
        canned["an1"].answer("TWO", .refused("no"))
        let cluster = canned.cluster()
        try await cluster.send("BEGIN")
        _ = await failure { try await cluster.send("TWO") }
        #expect(try await cluster.send("COMMIT").commandTag == "ROLLBACK")
        #expect(canned.toAccessNode == ["BEGIN", "TWO", "COMMIT"])
    }

    // MARK: An interrupt, or the end of the time

    /// One that comes while the access node commits is waited out.
    @Test(arguments: [true, false]) func whatIsCommittedIsNotInterrupted(isUsers: Bool) async throws {
        let gate = Gate()
        canned["an1"].answer("COMMIT", .held(gate, .done("COMMIT")))
        let cluster = canned.cluster()
        let task = Task {
            guard isUsers else { return try await cluster.carryOut(two()).map(\.commandTag) }
            try await cluster.send("BEGIN")
            return [try await cluster.send("COMMIT").commandTag]
        }
        await gate.isHolding(1)
        task.cancel()
        gate.open()
        #expect(try await task.value == (isUsers ? ["COMMIT"] : ["ONE", "TWO"]))
        #expect(await cluster.connection.transaction == .none)
        #expect(canned.toAccessNode.last == "COMMIT")
    }

    @Test func whatIsUndoneAllTheSameIsSaid() async throws {
        let gate = Gate()
        canned["an1"].answer("COMMIT", .held(gate, .failure(PostgresError(.cancelled, "the statement was cancelled"))))
        let cluster = canned.cluster()
        let task = Task { try await cluster.carryOut(two()) }
        await gate.isHolding(1)
        task.cancel()
        gate.open()
        let error = await failure { try await task.value }
        #expect(error?.kind == .interrupted && error?.message == "interrupted: the transaction is undone")
        #expect(error?.remedy == healFirst())
    }

    @Test func oneThatNeverAnswersNamesTheTransaction() async throws {
        canned["an1"].answer("COMMIT", .frozen)
        canned["an1"].answer(status, .value(nil))
        let error = await failure { try await canned.cluster().limited(to: .seconds(9)).carryOut(two()) }
        #expect(error?.kind == .timedOut)
        #expect(
            error?.message == "no answer to COMMIT within the time limit: whether it took effect is not known")
        #expect(error?.remedy?.contains("txid_status(700)") == true)
    }

    @Test func withoutItsNumberNothingIsCommitted() async throws {
        canned["an1"].answer(TransactionOutcome.number, .silence)
        let cluster = canned.cluster().limited(to: .seconds(9))
        #expect(await failure { try await cluster.carryOut(two()) }?.kind == .timedOut)
        #expect(canned.toAccessNode == ["BEGIN", "ONE", "TWO", number, "ROLLBACK"])
    }

    // MARK: The connection is lost

    private static let lost = "the connection to the access node was lost at COMMIT: "

    @Test(arguments: [
        (["committed"], lost + "the transaction took effect all the same", true),
        (["in progress", "committed"], lost + "the transaction took effect all the same", true),
        (["aborted"], lost + "the transaction is undone", false),
        ([nil], lost + "whether it took effect is not known", nil),
    ]) func anotherConnectionTellsWhatBecameOfIt(
        _ statuses: [String?], _ message: String, _ tookEffect: Bool?
    ) async throws {
        canned["an1"].answer("COMMIT", .lost)
        let replies = statuses.map { Reply.value($0) }
        if replies.count > 1 {
            canned["an1"].answer(status, replies[0], replies[1])
        } else {
            canned["an1"].answer(status, replies[0])
        }
        let cluster = canned.cluster()
        let error = await failure { try await cluster.carryOut(two()) }
        #expect(error?.message == message && error?.tookEffect == tookEffect)
        #expect(error?.isAccessNodeUnreachable == (tookEffect == nil))
        #expect(error?.kind == .connectionLost)
        #expect(await cluster.connection.transaction == .none)
        #expect(canned.servers.opened == 2 && canned.servers.open == 0)
    }

    @Test func whereNobodyCanTellTheTransactionIsNamed() async throws {
        canned["an1"].answer("COMMIT", .lost)
        canned["an1"].openings = [.accepted, .down("an1")]
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.message == Self.lost + "whether it took effect is not known")
        #expect(
            error?.remedy
                == """
                'heal all' first, as soon as the access node answers; then 'sql SELECT txid_status(700)' tells whether \
                it took effect, before it is tried again
                """)
        #expect(error?.isAccessNodeUnreachable == true)
    }

    @Test func whatCanChangeNothingHasNoNumber() async throws {
        canned["an1"].answer("COMMIT", .lost)
        canned["an1"].answer(TransactionOutcome.number, .value(nil))
        let error = await failure { try await canned.cluster().carryOut(two()) }
        #expect(error?.remedy?.contains("; then check whether it took effect, before") == true)
    }

    // MARK: A statement that commits by itself

    @Test(arguments: [
        ("committed", "it took effect all the same", true), ("aborted", "it is undone", false),
        ("in progress", "whether this took effect is not known", nil),
        (nil, "whether this took effect is not known", nil),
    ]) func theTransactionOfItsSessionTells(_ status: String?, _ end: String, _ tookEffect: Bool?) async throws {
        canned["an1"].answer("ONE", .lost)
        let row = status.map { [["number": "700", "status": $0]] } ?? []
        canned["an1"].answer(TransactionOutcome.ofSession(1), .rows(row))
        let error = await failure { try await canned.cluster().carryOut(Plan("ONE")) }
        #expect(error?.message.hasSuffix("(server closed the connection unexpectedly): \(end)") == true)
        #expect(error?.tookEffect == tookEffect)
        #expect(canned.servers.sent.last?.values == ["1"])
    }

    @Test func whatOnlyReadsAsksNobody() async throws {
        let query = SQL(text: "select 1", shown: "select 1")
        canned["an1"].answer(query, .lost)
        _ = await failure { try await canned.cluster().carryOut(Plan(query)) }
        #expect(canned.servers.opened == 1)
    }

    // MARK: Data nodes that do not do their part

    private static func warning(_ message: String, _ sqlstate: String) -> ServerMessage {
        ServerMessage(severity: "WARNING", sqlstate: sqlstate, message: message)
    }

    private static let broken = warning("[dn2]: server closed the connection unexpectedly\n\tThis means", "08006")

    @Test func aNodeThatTheServerWarnsOfIsInDoubt() async throws {
        canned["an1"].answer("COMMIT", .noticed(Self.broken, .done("COMMIT")))
        canned["an1"].answer("TWO", .noticed(Self.broken, .done("TWO")))
        let cluster = canned.cluster()
        try await cluster.carryOut(two())
        let doubts = await cluster.connection.takeDoubts()
        // Within the transaction nothing is prepared yet.
        #expect(doubts.map(\.node) == ["dn2"])
        #expect(doubts.first?.reason == "[dn2]: server closed the connection unexpectedly")
        #expect(await cluster.connection.takeDoubts().isEmpty)
        // A statement by itself commits at its end.
        try await cluster.carryOut(Plan("TWO"))
        #expect(await cluster.connection.takeDoubts().map(\.node) == ["dn2"])
    }

    @Test(arguments: [
        warning("[dn2]: there is no transaction in progress", "25P01"),
        warning("adding data node is deprecated", "01P01"),
        warning("[dn2]: something of its own", "01000"),
    ]) func otherWarningsAreNoDoubt(_ warning: ServerMessage) async throws {
        let isOfNode = warning.sqlstate == "25P01"
        canned["an1"].answer("ONE", .noticed(warning, .done(isOfNode ? "ROLLBACK" : "ONE")))
        let cluster = canned.cluster()
        try await cluster.carryOut(Plan("ONE"))
        #expect(await cluster.connection.takeDoubts().isEmpty)
    }

    @Test func aNodeThatCouldNotBeToldToRollBackIsNamed() async throws {
        let warning = Self.warning("transaction rollback on data node \"dn3\" failed", "01000")
        canned["an1"].answer("COMMIT", .noticed(warning, .refused("no", sqlstate: "57014")))
        canned["an1"].answer("ONE", .noticed(warning, .refused("no", sqlstate: "08006")))
        let cluster = canned.cluster()
        try await cluster.send("BEGIN")
        let error = await failure { try await cluster.send("COMMIT") }
        #expect(error?.message == "no: the transaction is undone" && error?.remedy == healFirst("heal dn3"))
        let single = await failure { try await cluster.carryOut(Plan("ONE")) }
        #expect(
            single?.remedy?.hasPrefix("'heal dn3' first: what a data node may still hold of it is in doubt\n") == true)
    }

    /// TimescaleDB warns of each node that has refused, too.
    @Test func aNodeThatHasRefusedToPrepareHoldsNothing() async throws {
        let warning = Self.warning("transaction rollback on data node \"dn3\" failed", "01000")
        canned["an1"].answer("ONE", .noticed(warning, .refused("[dn3]: cannot PREPARE", sqlstate: "0A000")))
        let error = await failure { try await canned.cluster().carryOut(Plan("ONE")) }
        #expect(error?.remedy?.contains("heal") != true)
    }
}
