/// That a hold, which keeps those that write to a hypertable waiting, waits itself for a transaction on a data node: for ever
/// where that is of one of those that wait for the hold, which no server can see, as the two wait on different ones.
package struct HoldStandstill: Sendable, Equatable {
    package let block: HoldBlock
    /// Who has that transaction, and waits for the hold; nil where nobody can tell.
    package let session: HeldSession?

    package init(_ block: HoldBlock, of session: HeldSession?) {
        (self.block, self.session) = (block, session)
    }

    /// In words that go on behind "waits for".
    ///
    /// - Parameter table: the hypertable.
    package func text(of table: TableName) -> String {
        guard let session else {
            return
                "\(block.text), for whose end others would have waited that write to \(table.shownName): they were let go"
        }
        return
            "the transaction of \(session.text) of the access node: it is open on \(block.node) (process \(block.pid)), and "
            + "waited for the lock on \(table.shownName) that waited for its end: it was let go"
    }

    package var remedy: String {
        if block.pid == 0 { return "heal \(Quoting.word(block.node))" }
        let query =
            "'sql SELECT pid, usename, application_name, state, query FROM pg_stat_activity WHERE xact_start IS NOT NULL'"
        return session == nil
            ? "have the client that holds it open end its transaction; \(query) shows those of the access node"
            : "have that client end its transaction, or pause it while chunks are moved"
    }
}

/// Looks at a hold one behind the other.
package struct HoldLooks: Sendable {
    private var since: ContinuousClock.Instant?

    /// How long writers wait for a hold that waits for somebody of whom nobody knows whether he waits for the hold.
    static let patience: Duration = .milliseconds(1300)
    /// How far ages may be apart that two servers have told one behind the other, in milliseconds.
    static let grain = 100

    package init() {}

    /// - Parameters:
    ///   - waiting: who waits for the hold.
    ///   - blocks: for whom the hold waits.
    /// - Returns: why it is to be given back; nil while it may go on.
    package mutating func note(
        waiting: [HeldSession], _ blocks: [HoldBlock], at now: ContinuousClock.Instant
    ) -> HoldStandstill? {
        guard !waiting.isEmpty, let first = blocks.first else {
            since = nil
            return nil
        }
        for block in blocks where block.isOfAccessNode {
            if let session = waiting.first(where: { Self.hasBegun(block, $0) }) {
                return HoldStandstill(block, of: session)
            }
        }
        let began = since ?? now
        since = began
        return began.duration(to: now) >= Self.patience ? HoldStandstill(first, of: nil) : nil
    }

    /// Whether a session of the access node may have begun a transaction on a data node: in its own, and before the statement
    /// that waits. Each server tells ages by its own clock.
    private static func hasBegun(_ block: HoldBlock, _ session: HeldSession) -> Bool {
        guard let age = block.age, let transaction = session.transactionAge, let statement = session.statementAge else {
            return false
        }
        return age <= transaction + grain && age >= statement - grain
    }
}
