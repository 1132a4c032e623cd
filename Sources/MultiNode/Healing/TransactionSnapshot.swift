/// The transactions of the access node that are in progress.
package struct TransactionSnapshot: Sendable, Equatable {
    /// The first transaction id that has not been assigned yet.
    package let next: UInt64
    /// The ids below ``next`` whose transactions have not ended.
    package let inProgress: [UInt64]

    package static let query: SQL = "SELECT pg_catalog.txid_current_snapshot()::text AS snapshot"

    /// - Parameter text: `xmin:xmax:xip,xip`; PostgreSQL manual, "Transaction ID and Snapshot Information Functions".
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let next = UInt64(parts[1]) else { return nil }
        self.next = next
        inProgress = parts[2].split(separator: ",").compactMap { UInt64($0) }
    }

    /// Whether healing would skip a transaction because the access node has yet to end it. This includes an id that is
    /// not assigned yet: after a crash the access node assigns lost ids again.
    package func isInProgress(_ xid: UInt32) -> Bool {
        // Ids below 3 are PostgreSQL's own, and older than all others.
        if xid < 3 { return false }
        if isAhead(xid) { return true }
        return inProgress.contains { UInt32(truncatingIfNeeded: $0) == xid }
    }

    /// Whether the id is not assigned yet.
    func isAhead(_ xid: UInt32) -> Bool {
        // 32-bit ids wrap around: the half of the circle before `next` is the past, the other half the future.
        xid >= 3 && Int32(bitPattern: xid &- UInt32(truncatingIfNeeded: next)) >= 0
    }
}
