import MultiNode
import Testing

/// A copy whose workers fail one behind the other never ends.
@Suite struct CopyFailingTests {
    private func subscription(copier: Int? = nil, errors: Int? = nil, isReady: Bool = false) -> CopySubscription {
        CopySubscription(row: [
            "number": "9", "copier": copier.map(String.init), "errors": errors.map(String.init),
            "ready": isReady ? "t" : "f",
        ])
    }

    @Test func whatTheServerCountsDecides() {
        var failing = CopyFailing()
        failing.note(subscription(copier: 1, errors: 2))
        #expect(!failing.isSure)
        failing.note(subscription(errors: 3))
        #expect(failing.isSure)
    }

    /// Before PostgreSQL 15 nothing is counted.
    @Test func manyWorkersForOneCopyTellIt() {
        var failing = CopyFailing()
        for copier in [1, 2, 2, 3, 4, 5, 5] { failing.note(subscription(copier: copier)) }
        #expect(!failing.isSure)
        failing.note(subscription(copier: 6))
        #expect(failing.isSure)
    }

    /// A chunk that was decompressed while its copy began: the copy waits for the table of the compressed rows, which the
    /// subscription has not.
    @Test func aSubscriptionWithNothingToDoTellsIt() {
        var failing = CopyFailing()
        for isReady in [true, true, true, true, false, true, true, true, true] {
            failing.note(subscription(isReady: isReady))
        }
        #expect(!failing.isSure)
        failing.note(subscription(isReady: true))
        #expect(failing.isSure)
    }

    /// Before there is a subscription its number is NULL, and `format` makes a statement of that which ends at its `=`.
    @Test func errorsAreCountedWhereThereIsASubscription() {
        #expect(CopySubscription.query("o").text.contains("CASE WHEN s.oid IS NOT NULL"))
    }
}
