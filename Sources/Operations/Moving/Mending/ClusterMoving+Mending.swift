package import ClusterAccess
package import MultiNode
import Postgres

extension ClusterMoving: MendingSite {
    package func mend(
        _ chunk: Chunk, _ order: CopyMendOrder, _ report: StepReport
    ) async throws(ClusterError) -> CopyMendResult? {
        try await cluster.aside { link throws(ClusterError) in
            guard try await cluster.claim(chunk.id, over: link) else { return nil }
            let mending = CopyMending(site: self, chunk: chunk, order: order, report: report)
            var written = 0
            var awaited: Set<String> = []
            for attempt in 1... {
                do throws(ClusterError) {
                    let end = try await untilHeld(chunk, report) { () throws(ClusterError) in
                        try await mending.mend(awaited: awaited)
                    }
                    switch end {
                    case .done(.mended(let result), _): return result
                    case .done(.readBefore(let snapshots), _):
                        try await wait(
                            untilOver: snapshots, of: chunk, within: CopyEstimate.limit(0), report)
                        awaited.formUnion(snapshots.map(\.node))
                    case .gone: return CopyMendResult()
                    case .givenBack(let standstill):
                        report.waits(for: standstill.text(of: chunk.table))
                        guard attempt < ChunkHold.standstills else { throw .standsStill(chunk, standstill, attempt) }
                        try await wait(untilOver: standstill, report)
                    }
                } catch  where error.isOfOpenWriter && written < ChunkHold.attempts {
                    // As one is that compresses it; what is in doubt may be healed at this moment.
                    written += 1
                    report.waits(for: "the end of a transaction that has written to the chunk")
                    if report.isToStop { throw .interrupted }
                    try await pause()
                }
            }
            return nil
        }
    }
}

/// What a look at the copies of a chunk has come to while nobody wrote.
enum CopyMendEnd: Sendable {
    case mended(CopyMendResult)
    /// The access node would read another copy than before, of which these open transactions have an older view: nothing was
    /// dropped.
    case readBefore([OpenSnapshot])
}

/// The mending of one chunk that nobody else works on.
struct CopyMending {
    let site: ClusterMoving
    let chunk: Chunk
    let order: CopyMendOrder
    let report: StepReport

    private var cluster: Cluster { site.cluster }

    /// - Parameter awaited: the nodes on which nobody reads any more who could not see the copies there.
    func mend(awaited: Set<String>) async throws(ClusterError) -> HoldEnd<CopyMendEnd> {
        // What broke off is no copy that counts, and would be in the way.
        for copying in try await site.state(of: chunk)?.copyings ?? []
        where !copying.isRunning && !copying.isUnproved && copying.stage != "complete" {
            try await site.cleanUp(copying, isOwnCall: false, report)
        }
        let registered = chunk.nodes.filter { order.nodes.contains($0) }
        return try await site.reaching(registered[...]) { links throws(ClusterError) in
            try await site.holding(chunk, within: order.maxLock, links, report) { table throws(ClusterError) in
                try await decide(
                    table, CopyReading(site: site, chunk: chunk, shape: table.shape, links: links, end: table.end),
                    awaited)
            }
        }
    }

    private func decide(
        _ table: HeldTable, _ reading: CopyReading, _ awaited: Set<String>
    ) async throws(ClusterError) -> CopyMendEnd {
        let (state, hold) = (table.state, table.link)
        if let open = state.copyings.first(where: {
            $0.isRunning || $0.isUnproved && $0.isOnSource || $0.stage != "complete"
        }) {
            throw .isBeingCopied(chunk, open)
        }
        let read =
            try await cluster.send(ReadCopy.list(of: [chunk.id]), on: hold, timeout: reading.timeLeft)
            .records.first?["node"] ?? nil
        let (there, missing) = try await beating(table) { () throws(ClusterError) in
            let nodes = reading.links.keys.filter { state.standing.nodes.contains($0) }.sorted()
            let found = try await reading.whereItIs(among: nodes)
            guard !found.there.isEmpty else { throw .isNowhere(chunk, state.standing.nodes) }
            try await reading.refuseWhereWritten(found.there)
            return found
        }
        // What somebody writes to one of them on its node would be lost with it.
        try await site.timed("locking the copies on their nodes", of: chunk, until: table.end) {
            () throws(ClusterError) in
            try await cluster.quiet.send(
                ChunkCopySQL.hold(copyOf: chunk.name, on: there, site.capabilities), on: hold,
                timeout: reading.timeLeft)
        }
        let judged = try await beating(table) { () throws(ClusterError) in
            try await judge(table, reading, there, missing, read: read)
        }
        if judged.dropped.contains(where: { $0.node == read }), let kept = judged.kept, !awaited.contains(kept),
            let link = reading.links[kept]
        {
            let open = try await beating(table) { () throws(ClusterError) in
                try await site.snapshots(on: kept, over: link, until: table.end)
            }
            if !open.isEmpty { return .readBefore(open) }
        }
        var isInvalidated = false
        if judged.dropped.contains(where: \.hadOtherRows), let kept = judged.kept {
            isInvalidated = try await invalidate(on: kept, table, reading)
        }
        for copy in judged.dropped {
            try await site.timed("dropping the copy on \(copy.node)", of: chunk, until: table.end) {
                () throws(ClusterError) in
                // Nodes that could not be asked may have a copy that nobody has compared.
                if let kept = judged.kept, copy.node == read {
                    try await cluster.send(
                        ChunkCopySQL.read(chunk.name, on: kept, insteadOf: copy.node, site.capabilities), on: hold,
                        timeout: reading.timeLeft)
                }
                try await cluster.send(
                    ChunkCopySQL.drop(chunk.name, on: copy.node, site.capabilities), on: hold,
                    timeout: reading.timeLeft)
            }
        }
        if let isCompressed = judged.noted {
            try await site.timed("having the access node note how it is compressed", of: chunk, until: table.end) {
                () throws(ClusterError) in
                try await cluster.send(
                    CopyAlignment.note(isCompressed, of: chunk.name, site.capabilities), on: hold,
                    timeout: reading.timeLeft)
            }
        }
        if !judged.dropped.isEmpty {
            try await cluster.send(
                ChunkCopySQL.renewPlans(of: chunk.name, owner: state.standing.owner), on: hold,
                timeout: reading.timeLeft)
        }
        return .mended(judged.invalidated(isInvalidated))
    }

    /// Does what leaves the transaction of the access node idle.
    private func beating<Value: Sendable>(
        _ table: HeldTable, _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        try await site.beating(on: table.link, until: table.end) { () throws(ClusterError) in
            try await site.timed("comparing the copies", of: chunk, until: table.end, work)
        }
    }

    /// Has continuous aggregates take in the time of the chunk anew: until now another copy may have been read. It takes effect
    /// with the drop, or not at all.
    ///
    /// - Returns: whether there are any.
    private func invalidate(
        on node: String, _ table: HeldTable, _ reading: CopyReading
    ) async throws(ClusterError) -> Bool {
        let rows = try await cluster.send(
            ChunkInvalidation.query(ofChunk: chunk.id), on: table.link, timeout: reading.timeLeft
        ).records
        guard let invalidation = rows.first.flatMap({ ChunkInvalidation(row: $0) }) else { return false }
        try await cluster.send(
            invalidation.noting(on: node, site.capabilities), on: table.link, timeout: reading.timeLeft)
        return true
    }

    /// Finds out which copy is right, and keeps what the others have that it has not.
    ///
    /// - Parameters:
    ///   - there: the nodes that have it.
    ///   - missing: those that have nothing of it.
    ///   - read: the node whose copy the access node reads.
    /// - Returns: what is to be dropped then.
    private func judge(
        _ table: HeldTable, _ reading: CopyReading, _ there: [String], _ missing: [String], read: String?
    ) async throws(ClusterError) -> CopyMendResult {
        let state = table.state
        let differences = try await reading.differences(between: there)
        let keep = order.keep.flatMap { there.contains($0) ? $0 : nil }
        // What is ordered to stay stays: what other copies have besides may have been deleted there.
        guard let judgement = keep.flatMap({ differences.judge(keeping: $0) }) ?? differences.judge() else {
            throw .isUndecided(chunk, there, read: read)
        }
        let statuses = try await reading.statuses(on: there)
        let right = statuses.filter { !judgement.wrong.contains($0.key) }
        let keepsStatus = site.capabilities.keepsStatusOfCopies
        let alignment = CopyAlignment(state.standing, right, keeping: keep, keepsStatus: keepsStatus)
        let staying = right.keys.filter { !alignment.dropped.contains($0) }.sorted()
        let kept = staying.first(where: table.available.contains) ?? judgement.kept
        let isAnyDropped = !(judgement.wrong + missing + alignment.dropped).isEmpty
        guard !isAnyDropped || table.available.contains(kept) else { throw .isUnavailable(chunk, on: [kept]) }
        // What is dropped must not be the last that tells of added rows: the rest would be read out of order.
        let others = statuses.filter { !staying.contains($0.key) }.map(\.value)
        guard
            keepsStatus || others.isEmpty
                || staying.contains(where: { state.standing.isOrdered(right[$0] ?? nil, besides: others) })
        else { throw .isUnordered(chunk, on: kept) }
        var dropped = missing.map { CopyMendResult.Dropped(node: $0, .missing) }
        for node in judgement.wrong {
            let own = differences.lacking(in: kept, of: node)
            dropped.append(
                .init(
                    node: node, .rows(differences.lacking(in: node, of: kept)),
                    aside: own == 0 ? nil : (own, try await reading.keepAside(node)), wasRead: node == read))
        }
        dropped += alignment.dropped.map {
            .init(
                node: $0, .compression(isCompressed: ChunkStanding.isCompressed(statuses[$0] ?? nil) == true),
                wasRead: $0 == read)
        }
        for node in missing { try await reading.standIn(on: node) }
        return CopyMendResult(kept: kept, dropped: dropped, noted: alignment.noting)
    }
}
