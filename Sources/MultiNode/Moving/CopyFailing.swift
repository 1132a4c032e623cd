/// Whether a copy never ends. Its workers fail one behind the other where a row was changed or deleted while it began, for
/// the copy has no index by which a worker could find the row. It waits for a table that the subscription has not where the
/// chunk was decompressed while it began.
package struct CopyFailing: Sendable, Equatable {
    private var copiers: Set<Int> = []
    private var errors = 0
    private var idleLooks = 0

    package init() {}

    /// A worker or two of each table may end for another reason, and begin anew.
    private static let mostErrors = 3
    private static let mostCopiers = 6
    /// The destination looks five times a second whether all rows are there, so that one or two looks find it behind.
    private static let mostIdleLooks = 5

    /// Notes what the destination tells of the subscription while the copy is waiting for its rows.
    package mutating func note(_ subscription: CopySubscription) {
        if let copier = subscription.copier { copiers.insert(copier) }
        errors = max(errors, subscription.errors ?? 0)
        idleLooks = subscription.isReady ? idleLooks + 1 : 0
    }

    package var isSure: Bool {
        errors >= Self.mostErrors || copiers.count >= Self.mostCopiers || idleLooks >= Self.mostIdleLooks
    }
}
