/// That a hold, which keeps those that write to a hypertable waiting, waits itself for a transaction on a data node: for ever
/// where that is of one of those that wait for the hold, which no server can see, as the two wait on different ones.
package struct HoldStandstill: Sendable, Equatable {
    package let block: HoldBlock
    /// Who has that transaction, and waits for the hold; nil where nobody can tell.
    package let session: HeldSession?

    package init(_ block: HoldBlock, of session: HeldSession?) {
        (self.block, self.session) = (block, session)
    }

    /// One of the access node itself.
    ///
    /// - Parameter session: that has written to a chunk by its own name, and waits for the hold.
    package init(awaiting session: HeldSession) {
        block = HoldBlock(
            node: HoldBlock.accessNode, pid: session.pid, role: session.role, application: session.application,
            age: session.transactionAge)
        self.session = session
    }

    /// In words that go on behind "waits for".
    ///
    /// - Parameter table: the hypertable.
    package func text(of table: TableName) -> String {
        if let session, block.isOnAccessNode {
            return
                "the transaction of \(session.text) of the access node: it has written to the chunk by the chunk's own name, and waited for "
                + "the lock on \(table.shownName) that waited for its end: it was let go"
        }
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
