package import ClusterAccess
package import MultiNode
import Postgres

extension ClusterMoving: MendingSite {
    package func mend(
        _ chunk: Chunk, _ order: CopyMendOrder, _ report: StepReport
    ) async throws(ClusterError) -> CopyMendResult? {
        try await cluster.aside { link throws(ClusterError) in
            guard try await cluster.send(ChunkCopySQL.claim(chunk.id), on: link).value == "t" else { return nil }
            var attempts = 0
            while true {
                do throws(ClusterError) {
                    return try await CopyMending(site: self, chunk: chunk, order: order).mend()
                } catch {
                    attempts += 1
                    // Somebody writes for long, or it was the victim of a deadlock: nothing has happened yet.
                    guard attempts < ChunkHold.attempts, ["55P03", "40P01"].contains(error.sqlstate) else {
                        throw error
                    }
                }
                report.waits(for: "a lock on \(chunk.table.shownName)")
                try await pause()
            }
        }
    }
}

/// The mending of one chunk that nobody else works on.
struct CopyMending {
    let site: ClusterMoving
    let chunk: Chunk
    let order: CopyMendOrder

    private var cluster: Cluster { site.cluster }

    /// Where it throws, the transaction is undone with its connection.
    func mend() async throws(ClusterError) -> CopyMendResult {
        // What broke off is no copy that counts, and would be in the way.
        for copying in try await site.state(of: chunk)?.copyings ?? []
        where !copying.isRunning && !copying.isUnproved && copying.stage != "complete" {
            try await site.cleanUp(copying, isOwnCall: false)
        }
        let registered = chunk.nodes.filter { order.nodes.contains($0) }
        return try await reaching(registered[...], [:]) { links throws(ClusterError) in
            try await cluster.aside { hold throws(ClusterError) in
                try await cluster.send("BEGIN", on: hold)
                var began: ContinuousClock.Instant?
                for statement in ChunkCopySQL.hold(
                    chunk.table, id: chunk.tableID, within: ChunkHold.longest(order.maxLock))
                {
                    try await cluster.send(statement, on: hold)
                    // From the first of them on writers may wait behind it.
                    if began == nil { began = .now }
                }
                let reading = CopyReading(
                    site: site, chunk: chunk, links: links, end: (began ?? .now) + order.maxLock)
                let result = try await decide(on: hold, reading)
                try await cluster.send(result.dropped.isEmpty ? "ROLLBACK" : "COMMIT", on: hold)
                return result
            }
        }
    }

    /// Opens a connection to each node before anybody waits.
    private func reaching(
        _ names: ArraySlice<String>, _ links: [String: any Link],
        _ work: ([String: any Link]) async throws(ClusterError) -> CopyMendResult
    ) async throws(ClusterError) -> CopyMendResult {
        guard let name = names.first else { return try await work(links) }
        return try await cluster.asking(try site.node(name), timeout: .seconds(30)) { link throws(ClusterError) in
            try await reaching(names.dropFirst(), links.merging([name: link]) { $1 }, work)
        }
    }

    private func decide(on hold: any Link, _ reading: CopyReading) async throws(ClusterError) -> CopyMendResult {
        guard let state = try await site.state(of: chunk, on: hold) else { return CopyMendResult() }
        if let open = state.copyings.first(where: {
            $0.isRunning || $0.isUnproved && $0.isOnSource || $0.stage != "complete"
        }) {
            throw .isBeingCopied(chunk, open)
        }
        let nodes = reading.links.keys.filter { state.standing.nodes.contains($0) }.sorted()
        let (there, missing) = try await reading.whereItIs(among: nodes)
        guard !there.isEmpty else { throw .isNowhere(chunk, state.standing.nodes) }
        let differences = try await reading.differences(between: there)
        let keep = order.keep.flatMap { there.contains($0) ? $0 : nil }
        guard let judgement = differences.judge(keeping: keep) else { throw .isUndecided(chunk, there) }
        var dropped = missing.map { CopyMendResult.Dropped(node: $0, lacked: nil) }
        for node in judgement.wrong {
            let own = differences.lacking(in: judgement.kept, of: node)
            dropped.append(
                .init(
                    node: node, lacked: differences.lacking(in: node, of: judgement.kept),
                    aside: own == 0 ? nil : (own, try await reading.keepAside(node))))
        }
        for node in missing { try await reading.standIn(on: node) }
        for copy in dropped {
            try await cluster.send(
                ChunkCopySQL.drop(chunk.name, on: copy.node, site.capabilities), on: hold, timeout: reading.timeLeft)
        }
        if !dropped.isEmpty {
            try await cluster.send(
                ChunkCopySQL.renewPlans(of: chunk.name, owner: state.standing.owner), on: hold,
                timeout: reading.timeLeft)
        }
        return CopyMendResult(kept: judgement.kept, dropped: dropped)
    }
}
