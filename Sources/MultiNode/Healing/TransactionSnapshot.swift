/// Which transactions of the access node are still going on.
package struct TransactionSnapshot: Sendable, Equatable {
    /// The first transaction id that has not been given out yet.
    package let next: UInt64
    /// Those below it that have not ended.
    package let inProgress: [UInt64]

    package static let query: SQL = "SELECT pg_catalog.txid_current_snapshot()::text AS snapshot"

    /// - Parameter text: `xmin:xmax:xip,xip`; section "Transaction ID and Snapshot Information" of the PostgreSQL manual.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let next = UInt64(parts[1]) else { return nil }
        self.next = next
        inProgress = parts[2].split(separator: ",").compactMap { UInt64($0) }
    }

    /// Whether healing would pass over a transaction because the access node has yet to end it. One that lies ahead
    /// counts: after a crash the access node gives lost ids out again.
    package func isInProgress(_ xid: UInt32) -> Bool {
        // Ids below 3 are PostgreSQL's own, and older than all others.
        if xid < 3 { return false }
        // A 32-bit id is the one that is nearest: the half of the circle before `next` is the past.
        if Int32(bitPattern: xid &- UInt32(truncatingIfNeeded: next)) >= 0 { return true }
        return inProgress.contains { UInt32(truncatingIfNeeded: $0) == xid }
    }
}
