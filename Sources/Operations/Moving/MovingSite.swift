package import ClusterAccess
package import MultiNode

/// A cluster, as far as moving chunks needs it.
package protocol MovingSite: Sendable {
    /// The chunk, and the records of its copies.
    ///
    /// - Returns: nil if the chunk was dropped.
    func state(of chunk: Chunk) async throws(ClusterError) -> ChunkState?

    /// The records of its copies, also of a chunk that was dropped.
    func records(of chunk: Chunk) async throws(ClusterError) -> [ChunkCopying]

    /// Has the chunk to itself among all that move chunks with tscl, as long as the work takes. It is nobody's as soon as
    /// this process ends, however it does.
    ///
    /// - Returns: nil if somebody else has it.
    func claiming<Value: Sendable>(
        _ chunk: Chunk, _ work: (any ChunkClaim) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value?

    /// Removes what a copy that is not running any more left behind; of one that nobody has proved also the copy. The caller
    /// has the chunk to itself.
    ///
    /// - Parameters:
    ///   - isOwnCall: whether the caller has made it and knows that it has ended, though its session may be open.
    ///   - report: hears of waiting for others; nil where the step has ended.
    func cleanUp(_ copying: ChunkCopying, isOwnCall: Bool, _ report: StepReport?) async throws(ClusterError)

    /// Looks after a copy that another makes, of whom nobody knows whether he still does: one that will never end is ended.
    func look(after copying: ChunkCopying) async

    /// Has the nodes of what failed looked at before anything else is begun with them.
    func suspect(_ nodes: [String])

    /// A node that was suspected and has given no sign of life for a while; what was begun with it would only fail.
    ///
    /// - Returns: nil if there is none among these.
    func goneNode(among nodes: [String]) async -> String?

    /// Notes that a node's disk is full: what copies to it would only fail.
    func noteFull(_ node: String)

    /// Whether a node's disk was noted to be full.
    func isFull(_ node: String) -> Bool

    /// Waits a while for others.
    func pause() async throws(ClusterError)

    /// Ends what is in doubt on nodes for which something waits, or may: what the access node has decided about.
    func healDoubts(on nodes: [String], _ report: StepReport) async

    /// The transactions that read a node as it was before now, and last a while.
    func snapshots(on node: String) async throws(ClusterError) -> [OpenSnapshot]

    /// Those of them that are open still.
    func stillOpen(_ snapshots: [OpenSnapshot]) async throws(ClusterError) -> [OpenSnapshot]

    /// The session of the access node that has one; nil where nobody can tell.
    func session(of snapshot: OpenSnapshot) async -> HeldSession?

    /// Waits for a while, at most, until a transaction is over for which a hold was given back.
    func wait(untilOver standstill: HoldStandstill, _ report: StepReport) async throws(ClusterError)
}

/// What became of the making of a copy.
package enum CopyEnd: Sendable {
    case made
    /// Its workers failed one behind the other, mostly at what was changed meanwhile. It was ended, and is to be cleaned up.
    case failing
}

/// A chunk that nobody else moves meanwhile.
package protocol ChunkClaim: Sendable {
    /// Makes one more copy. What is written meanwhile may be lacking there.
    ///
    /// - Parameter bytes: what the source has, by which the progress is told.
    @discardableResult
    func copy(
        from source: String, to destination: String, as name: ChunkCopyName, bytes: Int64, within limit: Duration,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyEnd

    /// Waits until a copy that is under way has its replication slots on the source: from then on it waits for no transaction.
    ///
    /// - Parameter isOver: whether the copy has ended meanwhile.
    func untilSlotsAreMade(
        for name: ChunkCopyName, from source: String, to destination: String,
        orElse isOver: @Sendable () -> Bool
    ) async throws(ClusterError)

    /// Holds all that write to the hypertable, compares copies, and does in the same transaction what the comparison
    /// allows. Whatever becomes of it, what was true before it or what it decided is true after it, and nothing between.
    ///
    /// - Parameters:
    ///   - operation: the copy in question, whose record is deleted in that transaction by a superuser; nil for no copy.
    ///   - awaited: the nodes on which nobody reads any more who could not see the copies there.
    ///   - limit: how long writers may wait.
    ///   - copying: is done first, while they wait.
    func settle(
        _ decision: CopyDecision, of operation: String?, awaited: Set<String>, within limit: Duration,
        copying: (() async throws(ClusterError) -> Void)?,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict

    /// Removes the record of a copy that is complete and decided about, if that has not deleted it.
    func forget(_ operation: String) async throws(ClusterError)
}
