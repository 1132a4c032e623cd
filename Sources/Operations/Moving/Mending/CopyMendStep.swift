package import ClusterAccess
package import MultiNode

/// What came of mending the copies of one chunk.
package struct CopyMendResult: Sendable, Equatable {
    /// A copy that was dropped.
    package struct Dropped: Sendable, Equatable {
        /// Why it was not right.
        package enum Cause: Sendable, Equatable {
            /// It was not there at all.
            case missing
            /// It had other rows, and lacked so many of those of the kept one.
            case rows(Int)
            /// It had the same rows, and was compressed, or not, otherwise than the kept one.
            case compression(isCompressed: Bool)
        }

        package let node: String
        package let cause: Cause
        /// How many rows it had that the kept one lacks, and the table on its node in which all of its rows are.
        package let aside: (rows: Int, table: TableName)?

        /// Whether the access node read this copy until then.
        package let wasRead: Bool

        package init(
            node: String, _ cause: Cause, aside: (rows: Int, table: TableName)? = nil, wasRead: Bool = false
        ) {
            self.node = node
            self.cause = cause
            self.aside = aside
            self.wasRead = wasRead
        }

        package var hadOtherRows: Bool { if case .rows = cause { true } else { false } }

        package static func == (first: Dropped, second: Dropped) -> Bool {
            first.node == second.node && first.cause == second.cause && first.aside?.rows == second.aside?.rows
                && first.aside?.table == second.aside?.table && first.wasRead == second.wasRead
        }
    }

    /// The node of the right copy; nil where an earlier run has decided, or the chunk was dropped.
    package let kept: String?
    /// None where all copies have the same rows after all, and are compressed alike.
    package let dropped: [Dropped]
    /// What the access node notes now, as the copies are: whether the chunk is compressed; nil where it had it so.
    package let noted: Bool?
    /// Whether continuous aggregates are to take in the time of the chunk anew.
    package let isInvalidated: Bool

    package init(
        kept: String? = nil, dropped: [Dropped] = [], noted: Bool? = nil, isInvalidated: Bool = false
    ) {
        self.kept = kept
        self.dropped = dropped
        self.noted = noted
        self.isInvalidated = isInvalidated
    }

    func invalidated(_ isInvalidated: Bool) -> CopyMendResult {
        CopyMendResult(kept: kept, dropped: dropped, noted: noted, isInvalidated: isInvalidated)
    }
}

/// Drops the copies of a chunk that lack rows, are registered and not there, or are compressed otherwise than the access node has
/// it. New ones are then made from the right one.
///
/// Copies are dropped in the transaction in which they were compared, while nobody writes. Killed at any instant, the
/// chunk has its copies as before, or fewer than it should have; then it lacks copies, and nothing else.
package struct CopyMendStep: Step {
    package let chunk: Chunk
    /// The nodes whose copies are not right, as far as is known before.
    private let wrong: [String]
    /// What the access node is to note then, as far as is known before.
    private let noting: Bool?
    private let order: CopyMendOrder
    private let capabilities: Capabilities
    private let site: any MendingSite

    package init(
        _ chunk: Chunk, wrong: [String], noting: Bool? = nil, _ order: CopyMendOrder, _ capabilities: Capabilities,
        at site: any MendingSite
    ) {
        self.chunk = chunk
        self.wrong = wrong
        self.noting = noting
        self.order = order
        self.capabilities = capabilities
        self.site = site
    }

    package var name: String { chunk.name.shownName }

    /// What it sends to the access node where the copies are then as they were before. Rows that only a dropped copy has
    /// are first put into a table on its node.
    package var plan: Plan {
        let note = noting.map { [CopyAlignment.note($0, of: chunk.name, capabilities)] } ?? []
        if wrong.isEmpty, note.isEmpty { return Plan() }
        let wait = ChunkHold.longest(order.maxLock)
        let hold =
            ChunkCopySQL.hold(chunk.table, id: chunk.tableID, waiting: wait, within: order.maxLock)
            + ChunkCopySQL.hold(chunk: chunk.name, waiting: wait)
        return Plan([.transaction(hold + wrong.map { ChunkCopySQL.drop(chunk.name, on: $0, capabilities) } + note)])
    }

    private var nodes: [String] { chunk.nodes.filter { order.nodes.contains($0) } }

    package var looksForObstacles: Bool { true }

    package func obstacle() async -> ClusterError? { await site.goneNode(among: nodes).map { .isGone($0) } }

    package func isNeeded() async throws(ClusterError) -> Bool {
        guard let state = try await site.state(of: chunk) else { return false }
        return wrong.isEmpty || noting != nil || wrong.contains { state.standing.nodes.contains($0) }
    }

    package func run(_ report: StepReport) async throws(ClusterError) -> CopyMendResult {
        do throws(ClusterError) {
            return try await carryOut(report)
        } catch {
            if error.kind != .interrupted { site.suspect(nodes) }
            throw error
        }
    }

    private func carryOut(_ report: StepReport) async throws(ClusterError) -> CopyMendResult {
        while true {
            if let result = try await site.mend(chunk, order, report) { return result }
            report.waits(for: "another tscl that works on the chunk")
            if report.isToStop { throw .interrupted }
            try await site.pause()
        }
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> CopyMendResult? {
        // An answer that was lost may have been that of the COMMIT; what is still to be done the next run finds.
        try await isNeeded() ? nil : CopyMendResult()
    }
}

/// How the copies of a chunk are mended.
package struct CopyMendOrder: Sendable {
    /// The nodes that can be asked; the copies on others are left as they are.
    package let nodes: Set<String>
    /// The node whose copy is right, whatever the others have, where it has one; nil to find the one that has all rows.
    package let keep: String?
    /// How long writers may wait.
    package let maxLock: Duration

    package init(nodes: Set<String>, keep: String?, maxLock: Duration) {
        self.nodes = nodes
        self.keep = keep
        self.maxLock = maxLock
    }
}

/// A cluster, as far as mending copies needs it.
package protocol MendingSite: Sendable {
    /// The chunk, and the records of its copies.
    ///
    /// - Returns: nil if the chunk was dropped.
    func state(of chunk: Chunk) async throws(ClusterError) -> ChunkState?

    /// Compares the copies of a chunk while nobody writes, and drops those that are not right: all in one transaction, and
    /// never the last copy. What only a dropped copy has is kept on its node.
    ///
    /// - Returns: nil if somebody else works on the chunk.
    func mend(
        _ chunk: Chunk, _ order: CopyMendOrder, _ report: StepReport
    ) async throws(ClusterError) -> CopyMendResult?

    /// Has the nodes of what failed looked at before anything else is begun with them.
    func suspect(_ nodes: [String])

    /// A node that was suspected and has given no sign of life for a while; nil if there is none among these.
    func goneNode(among nodes: [String]) async -> String?

    /// Waits a while for others.
    func pause() async throws(ClusterError)
}
