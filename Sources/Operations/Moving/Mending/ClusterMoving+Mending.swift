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
            for attempt in 1... {
                switch try await untilHeld(chunk, report, { () throws(ClusterError) in try await mending.mend() }) {
                case .done(let result, _): return result
                case .gone: return CopyMendResult()
                case .givenBack(let standstill):
                    report.waits(for: standstill.text(of: chunk.table))
                    guard attempt < ChunkHold.standstills else { throw .standsStill(chunk, standstill, attempt) }
                    try await wait(untilOver: standstill, report)
                }
            }
            return nil
        }
    }
}

/// The mending of one chunk that nobody else works on.
struct CopyMending {
    let site: ClusterMoving
    let chunk: Chunk
    let order: CopyMendOrder
    let report: StepReport

    private var cluster: Cluster { site.cluster }

    func mend() async throws(ClusterError) -> HoldEnd<CopyMendResult> {
        // What broke off is no copy that counts, and would be in the way.
        for copying in try await site.state(of: chunk)?.copyings ?? []
        where !copying.isRunning && !copying.isUnproved && copying.stage != "complete" {
            try await site.cleanUp(copying, isOwnCall: false, report)
        }
        let registered = chunk.nodes.filter { order.nodes.contains($0) }
        return try await site.reaching(registered[...]) { links throws(ClusterError) in
            try await site.holding(chunk, within: order.maxLock, links, report) { table throws(ClusterError) in
                try await decide(
                    table, CopyReading(site: site, chunk: chunk, shape: table.shape, links: links, end: table.end))
            }
        }
    }

    private func decide(_ table: HeldTable, _ reading: CopyReading) async throws(ClusterError) -> CopyMendResult {
        let (state, hold) = (table.state, table.link)
        if let open = state.copyings.first(where: {
            $0.isRunning || $0.isUnproved && $0.isOnSource || $0.stage != "complete"
        }) {
            throw .isBeingCopied(chunk, open)
        }
        let read =
            try await cluster.send(ReadCopy.list(of: [chunk.id]), on: hold, timeout: reading.timeLeft)
            .records.first?["node"] ?? nil
        let judged = try await site.beating(on: hold, until: table.end) { () throws(ClusterError) in
            try await site.timed("comparing the copies", of: chunk, until: table.end) { () throws(ClusterError) in
                try await judge(table, reading, read: read)
            }
        }
        for copy in judged.dropped {
            try await site.timed("dropping the copy on \(copy.node)", of: chunk, until: table.end) {
                () throws(ClusterError) in
                try await cluster.send(
                    ChunkCopySQL.drop(chunk.name, on: copy.node, site.capabilities), on: hold,
                    timeout: reading.timeLeft)
            }
        }
        if !judged.dropped.isEmpty {
            try await cluster.send(
                ChunkCopySQL.renewPlans(of: chunk.name, owner: state.standing.owner), on: hold,
                timeout: reading.timeLeft)
        }
        return judged
    }

    /// Finds out which copy is right, and keeps what the others have that it has not.
    ///
    /// - Parameter read: the node whose copy the access node reads.
    /// - Returns: what is to be dropped then.
    private func judge(_ table: HeldTable, _ reading: CopyReading, read: String?) async throws(ClusterError)
        -> CopyMendResult
    {
        let state = table.state
        let nodes = reading.links.keys.filter { state.standing.nodes.contains($0) }.sorted()
        let (there, missing) = try await reading.whereItIs(among: nodes)
        guard !there.isEmpty else { throw .isNowhere(chunk, state.standing.nodes) }
        let differences = try await reading.differences(between: there)
        let keep = order.keep.flatMap { there.contains($0) ? $0 : nil }
        // Where one copy has all rows, it is the right one, whatever somebody wants to keep.
        guard let judgement = differences.judge() ?? keep.flatMap({ differences.judge(keeping: $0) }) else {
            throw .isUndecided(chunk, there, read: read)
        }
        guard judgement.wrong.isEmpty && missing.isEmpty || table.available.contains(judgement.kept) else {
            throw .isUnavailable(chunk, on: [judgement.kept])
        }
        var dropped = missing.map { CopyMendResult.Dropped(node: $0, lacked: nil) }
        for node in judgement.wrong {
            let own = differences.lacking(in: judgement.kept, of: node)
            dropped.append(
                .init(
                    node: node, lacked: differences.lacking(in: node, of: judgement.kept),
                    aside: own == 0 ? nil : (own, try await reading.keepAside(node)), wasRead: node == read))
        }
        for node in missing { try await reading.standIn(on: node) }
        return CopyMendResult(kept: judgement.kept, dropped: dropped)
    }
}
