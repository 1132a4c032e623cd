import ClusterAccess
import MultiNode
import Postgres

/// Dropping one by one what a copy has left on its nodes.
extension CopyCleaner {
    private static let longest = Duration.seconds(60)

    /// A node that there is no more has nothing left.
    ///
    /// A copy that the access node has as one no more is compared before it goes, as one that it has: others may have written to it
    /// alone, or the one that it was made from may have gone back since.
    func cleanByHand(_ copying: ChunkCopying) async throws(ClusterError) -> CopyCleanup {
        // The record may be older than what has become of the chunk.
        let now = try await records(ofChunk: copying.chunkID).first { $0.operation == copying.operation } ?? copying
        let isGone = now.chunk == nil
        if !isGone { try await refuseWhereSourceLacksChunk(now) }
        // Of what had come from a node that is gone nothing else may be left.
        let isOfLost = !names.contains(now.source) && now.otherCopies == 0
        let keepsRows = isGone ? try await !isDropped(now) : isOfLost
        let alone = now.isOrphaned && !keepsRows ? try await keepAlone(of: now) : nil
        let kept = try await dropLooseTables(of: now, withSubscription: true, keepingRows: keepsRows)
        if let source = nodes.first(where: { $0.name == copying.source }) { try await free(source, of: copying) }
        try await forget(copying)
        if now.isOrphaned, !keepsRows, kept.places.isEmpty { return .undone(keeping: alone) }
        return .cleaned(keeping: kept.places, aside: kept.aside)
    }

    /// Whether a chunk that the access node has no more is known to have been dropped on purpose.
    private func isDropped(_ copying: ChunkCopying) async throws(ClusterError) -> Bool {
        guard let source = nodes.first(where: { $0.name == copying.source }) else { return false }
        return try await onNode(source, copying) { link throws(ClusterError) in
            try await send(copying.isDroppedThere, on: link, source).value == "t"
        }
    }

    /// Drops on the source what holds back its log. Nothing uses it any more: a slot in use is not dropped.
    private func free(_ source: DataNode, of copying: ChunkCopying) async throws(ClusterError) {
        try await onNode(source, copying) { link throws(ClusterError) in
            do throws(ClusterError) {
                try await send(copying.slotDrop, on: link, source)
            } catch  where error.sqlstate == "55006" {
                try await waitForSlot(of: copying)
                try await send(copying.slotDrop, on: link, source)
            }
            // It may be gone.
            try await cluster.quiet.send(
                copying.publicationDrop, on: link, node: source.name, timeout: Self.longest)
        }
    }

    /// Drops what a copy has left on its source, whose log that holds back, where the destination may be down for long. The
    /// cleanup that goes on when it is back does without.
    ///
    /// - Parameter error: of the destination.
    /// - Returns: also what became of that.
    func freeing(_ source: DataNode, of copying: ChunkCopying, after error: ClusterError) async -> ClusterError {
        var failure = error
        do throws(ClusterError) {
            try await free(source, of: copying)
            failure.message += "; its slot and publication on \(source.name) are gone"
            let slots = try await onNode(source, copying) { link throws(ClusterError) in
                try await send(CopyTraces.slots, on: link, source).records
            }
            // Whose they are only the node could tell that is down.
            let idle = CopyTraces.idleSlotsOfRows(slots)
            if !idle.isEmpty {
                failure.message +=
                    ", and \(idle.count == 1 ? "a slot is" : "slots are") left there that may be its, too, and hold back the log "
                    + "as well: \(idle.listed), which SELECT pg_drop_replication_slot(…) there drops where no other "
                    + "subscription copies from \(source.name)"
            }
        } catch let left {
            failure.message +=
                "; its slot and publication on \(source.name) may be left, too, which hold back the log there: \(left.summary)"
        }
        return failure
    }

    /// Drops the tables that it has made on the destination and that are no chunk's there that anybody could miss.
    ///
    /// - Parameters:
    ///   - withSubscription: whether its subscription goes too.
    ///   - keepingRows: whether those that have rows are kept under other names.
    /// - Returns: those that stay, and those that have other names now.
    @discardableResult
    func dropLooseTables(
        of copying: ChunkCopying, withSubscription: Bool = false, keepingRows: Bool = false
    ) async throws(ClusterError) -> (places: [TableName], aside: [KeptTable]) {
        guard let destination = nodes.first(where: { $0.name == copying.destination }) else { return ([], []) }
        let hypertables = try await cluster.send(copying.hypertablesThere, on: link).records.compactMap {
            $0["number"].flatMap { $0 }.flatMap { Int($0) }
        }
        return try await onNode(destination, copying) { link throws(ClusterError) in
            // The subscription tells their names.
            let rows = try await send(copying.looseTables(of: hypertables), on: link, destination).records
            if withSubscription, try await !send(copying.subscription, on: link, destination).rows.isEmpty {
                for statement in copying.subscriptionDrop { try await send(statement, on: link, destination) }
            }
            // Rows that are compressed count as well, whatever the node has set.
            if keepingRows { try await send(AllRows.ofSession, on: link, destination) }
            var (places, aside): ([TableName], [KeptTable]) = ([], [])
            for loose in rows.map({ LooseTable(row: $0) }) {
                if loose.isOfOthers {
                    places.append(loose.table)
                } else if keepingRows,
                    try await send(ChunkCopying.hasRows(loose.table), on: link, destination).value == "t"
                {
                    try await send(loose.keeping, on: link, destination)
                    let kept = KeptTable(loose.aside, rows: nil)
                    let count = try? await send(kept.count, on: link, destination).value
                    aside.append(KeptTable(loose.aside, rows: count.flatMap { Int($0) }))
                } else {
                    try await send(ChunkCopying.dropping(loose.table), on: link, destination)
                }
            }
            return (places, aside)
        }
    }

    @discardableResult
    private func send(_ sql: SQL, on link: any Link, _ node: DataNode) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: node.name, timeout: Self.longest)
    }

    private func onNode<Value: Sendable>(
        _ node: DataNode, _ copying: ChunkCopying, _ work: (any Link) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        do throws(ClusterError) {
            return try await cluster.quiet.asking(node, work)
        } catch  where error.isOfOpening && [.connectionFailed, .timedOut].contains(error.kind) {
            throw .down(node.name, copying, because: error.summary)
        }
    }
}
