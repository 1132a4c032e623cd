/// Whether the workers of a copy fail one behind the other: then it never ends. A row that was changed or deleted while the
/// copy began is such a reason, for the copy has no index by which the worker could find it.
package struct CopyFailing: Sendable, Equatable {
    private var copiers: Set<Int> = []
    private var errors = 0

    package init() {}

    /// A worker or two of each table may end for another reason, and begin anew.
    private static let mostErrors = 3
    private static let mostCopiers = 6

    /// Notes what the destination tells of the subscription.
    package mutating func note(_ subscription: CopySubscription) {
        if let copier = subscription.copier { copiers.insert(copier) }
        errors = max(errors, subscription.errors ?? 0)
    }

    package var isSure: Bool { errors >= Self.mostErrors || copiers.count >= Self.mostCopiers }
}
