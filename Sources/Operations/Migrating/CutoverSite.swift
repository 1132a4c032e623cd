package import ClusterAccess
package import MultiNode

/// How far the cut-over of a table is, as the servers have it.
package enum CutoverStanding: Sendable, Equatable {
    /// The old table has its name, and is written.
    case copying
    /// The old table has lost its name, and the new one is not recorded as the one that counts: killed between the COMMIT on
    /// the access node and that on another server. Nobody can write anywhere, and nothing is missing from the new one.
    case between
    /// The new table is the one that counts.
    case cutOver
}

/// A session on a data node that may have written to a table there.
package struct NodeWriter: Sendable, Equatable {
    package let node: String
    package let holder: LockHolder

    package init(_ holder: LockHolder, on node: String) { (self.holder, self.node) = (holder, node) }

    var text: String { "\(holder.text) on \(node)" }
}

/// What is to be told behind a cut-over.
package struct CutoverNote: Sendable, Equatable {
    /// Of a table's, behind `NAME is cut over, and`.
    package let text: String
    /// Nil for what the cut-over does when it is run again.
    package let remedy: String?

    init(text: String, remedy: String? = nil) { (self.text, self.remedy) = (text, remedy) }

    /// - Parameter what: with the statement that does it.
    static func failed(_ what: String) -> CutoverNote {
        CutoverNote(text: "something behind it failed: \(what)", remedy: nil)
    }
}

/// A cluster and the database that its rows go to, as far as the cut-over of one table needs them.
package protocol CutoverSite: Sendable {
    /// The command that does it again.
    var again: String { get }

    func standing() async throws(ClusterError) -> CutoverStanding

    /// Turns the table's jobs off, and records before that which they are. What an undo may have left goes, too.
    func turnJobsOff() async throws(ClusterError)

    /// Turns on again what is recorded. It sets its own time limit, and is never cancelled.
    func turnJobsOn() async throws(ClusterError)

    /// Copies the chunks that have changed since they were copied.
    ///
    /// - Returns: how many there were.
    func copyChanges() async throws(ClusterError) -> Int

    /// Brings over what need not wait for the lock, and would take long under it.
    ///
    /// - Returns: whether there was anything.
    func bringAhead() async throws(ClusterError) -> Bool

    /// Begins the transaction, and keeps everybody from writing until it ends.
    func hold(_ mode: CutoverHold.Mode) async throws(ClusterError)

    /// The names of what is prepared on the data nodes, by node, which a lock does not wait for where nobody ends it.
    func preparedParts() async throws(ClusterError) -> [String: Set<String>]

    /// The sessions on data nodes that may have written to the table there, in transactions that have not ended, which a lock on the
    /// access node does not wait for either: those who connect to a node itself, or use distributed_exec.
    func writersOnNodes() async throws(ClusterError) -> [NodeWriter]

    /// Keeps these from writing until the transaction ends.
    func holdNodes() async throws(ClusterError)

    /// Who reads as things were before the last rows were copied, and would not see all of them.
    func earlierReaders() async throws(ClusterError) -> [EarlierReader]

    /// Who waits for the table since before compressed rows were copied under the lock, and may read as things were then: no server
    /// tells that of a statement that is at work. Once it is let go, and all is copied before the next lock, nobody does.
    func waitingReaders() async throws(ClusterError) -> [EarlierReader]

    /// Exchanges the names in the transaction, with all that hangs on them, and records it.
    ///
    /// - Parameter pause: how long writers had waited by then.
    func exchange(after pause: Duration) async throws(ClusterError)

    func commit() async throws(ClusterError)

    /// Ends the transaction without a trace. It is never cancelled.
    func letGo() async

    /// Records on the other server what was done on the access node (``CutoverStanding/between``); nothing in place.
    ///
    /// - Throws: with the commands that let somebody write again as the remedy.
    func complete() async throws(ClusterError)

    /// What comes behind, when nobody waits any more. It is repeated where an earlier run did not come so far.
    ///
    /// - Returns: what failed of it, or has lost something.
    func settle() async -> [CutoverNote]

    /// Waits a while for others.
    func pause() async throws(ClusterError)
}

extension CutoverSite {
    package func bringAhead() async throws(ClusterError) -> Bool { false }
    package func holdNodes() async throws(ClusterError) {}
    package func earlierReaders() async throws(ClusterError) -> [EarlierReader] { [] }
    package func waitingReaders() async throws(ClusterError) -> [EarlierReader] { [] }
}
