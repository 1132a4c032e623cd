import CannedServers
import MultiNode
import Platform
import Postgres
import Testing

@testable import ClusterAccess

/// What somebody wrote may have the session speak another encoding than UTF-8.
@Suite(.timeLimit(.minutes(1))) struct EncodingTests {
    private let canned = CannedCluster()
    private let latin = SQL(text: "SET NAMES 'LATIN1'", shown: "SET NAMES 'LATIN1'")
    private let next = SQL(text: "NEXT", shown: "NEXT")
    private let puttingBack = "SET client_encoding TO 'UTF8'"

    init() {
        var changed = QueryResult(columns: [], rows: [], commandTag: "SET")
        changed.otherEncoding = "LATIN1"
        canned["an1"].answer(latin, .result(changed))
        canned["an1"].otherwise = .done("DONE")
    }

    private func isTold(_ error: ClusterError?) -> Bool {
        error?.message.hasPrefix("client_encoding was set to LATIN1, and is UTF8 again") == true
    }

    @Test func itIsPutBackBeforeAnythingElseIsSent() async throws {
        let listener = RecordingListener()
        let cluster = canned.cluster(listener: listener)
        #expect(isTold(await failure { try await cluster.send(latin) }))
        try await cluster.send(next)
        #expect(canned.toAccessNode == [latin.text, puttingBack, next.text])
        #expect(listener.events.contains("will send to access node: \(puttingBack)"))
    }

    @Test func whatComesBehindItInATransactionIsNotSent() async throws {
        let cluster = canned.cluster()
        let statements = [next, latin] + Array(repeating: next, count: 200)
        let answers = try await cluster.pipeline(statements.map { ($0, SilentListener()) }, timeout: nil)
        #expect(answers.count == 2)
        #expect(isTold(await failure { try answers.last?.get() }))
        #expect(canned.toAccessNode.count < 100 && canned.toAccessNode.last == puttingBack)
    }

    @Test func aPartOfATransactionFails() async throws {
        let cluster = canned.cluster()
        let plan = Plan([.transaction([next, latin, next])])
        #expect(isTold(await failure { try await cluster.carryOut(plan) }))
        let sent = canned.toAccessNode
        #expect(sent.suffix(2) == [puttingBack, "ROLLBACK"], "\(sent)")
    }

    @Test func whereItCantBePutBackTheConnectionIsClosed() async throws {
        canned["an1"].answer(SQL(stringLiteral: puttingBack), .refused("no"))
        let cluster = canned.cluster()
        #expect(isTold(await failure { try await cluster.send(latin) }))
        #expect(await !cluster.connection.isConnected)
    }

    /// tscl's own work reads and writes rows in the encoding of a database, where both sides do.
    @Test func ownStatementsMaySpeakAnother() async throws {
        try await canned.cluster().send(SQL(stringLiteral: latin.text))
        #expect(canned.toAccessNode == [latin.text])
    }

    @Test func aValueThatIsNoTextIsToldAndNotShown() async throws {
        var answer = QueryResult(
            columns: [.init(name: "a\"b", typeOID: 25)], rows: [["\u{FFFD}"]], commandTag: "SELECT 1")
        answer.undecodedColumn = "a\"b"
        canned["an1"].answer(next, .result(answer))
        let cluster = canned.cluster()
        let error = await failure { try await cluster.send(next) }
        #expect(error?.message == #"a value of "a""b" is not UTF-8, in which everything is shown"#)
        // A name that tscl itself reads is shown as well as it can be.
        try await cluster.send("NEXT")
    }
}
