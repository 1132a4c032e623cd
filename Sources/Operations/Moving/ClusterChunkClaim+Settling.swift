import ClusterAccess
import MultiNode
import Platform
import Postgres

extension ClusterChunkClaim {
    private typealias Instant = ContinuousClock.Instant

    func settle(
        _ decision: CopyDecision, of operation: String?, within limit: Duration,
        copying: (() async throws(ClusterError) -> Void)?,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
        // Writers wait for none of these connections.
        try await asking(decision.nodes[...], [:]) { links throws(ClusterError) in
            var attempts = 0
            while true {
                do throws(ClusterError) {
                    return try await decide(decision, of: operation, within: limit, links, copying)
                } catch {
                    attempts += 1
                    // Somebody writes for long, or it was the victim of a deadlock: nothing has happened yet.
                    guard copying == nil, attempts < ChunkHold.attempts, ["55P03", "40P01"].contains(error.sqlstate)
                    else { throw error }
                }
                report.waits(for: "a lock on \(chunk.table.shownName)")
                try await site.pause()
            }
        }
    }

    private func asking(
        _ names: ArraySlice<String>, _ links: [String: any Link],
        _ work: ([String: any Link]) async throws(ClusterError) -> CopyVerdict
    ) async throws(ClusterError) -> CopyVerdict {
        guard let name = names.first else { return try await work(links) }
        return try await cluster.asking(try site.node(name)) { link throws(ClusterError) in
            return try await asking(names.dropFirst(), links.merging([name: link]) { $1 }, work)
        }
    }

    /// Decides in one transaction of the access node. Where it throws, the transaction is undone with its connection.
    private func decide(
        _ decision: CopyDecision, of operation: String?, within limit: Duration, _ links: [String: any Link],
        _ copying: (() async throws(ClusterError) -> Void)?
    ) async throws(ClusterError) -> CopyVerdict {
        try await cluster.aside { hold throws(ClusterError) in
            try await cluster.send("BEGIN", on: hold)
            var began: Instant?
            for statement in ChunkCopySQL.hold(chunk.table, id: chunk.tableID, within: ChunkHold.longest(limit)) {
                try await cluster.send(statement, on: hold)
                // From the first of them on writers may wait behind it.
                if began == nil { began = .now }
            }
            if let copying { try await copying() }
            let verdict = try await decide(
                decision, of: operation, until: (began ?? .now) + limit, on: hold, links)
            try await cluster.send("COMMIT", on: hold)
            guard case .equal(let rows, _) = verdict else { return verdict }
            return .equal(rows: rows, held: began?.duration(to: .now) ?? .zero)
        }
    }

    private func decide(
        _ decision: CopyDecision, of operation: String?, until end: ContinuousClock.Instant, on hold: any Link,
        _ links: [String: any Link]
    ) async throws(ClusterError) -> CopyVerdict {
        guard let state = try await site.state(of: chunk, on: hold),
            Set(decision.nodes).isSubset(of: state.standing.nodes)
        else { return .overtaken }
        let comparison = try await compare(decision, state.standing, until: end, links)
        for statement in statements(decision, of: operation, comparison, state.standing) {
            try await cluster.send(statement, on: hold, timeout: Self.left(until: end))
        }
        switch comparison {
        case .equal(let rows): return .equal(rows: rows, held: .zero)
        case .different(let rows): return .different(rows: rows)
        case .written(let node): return .written(on: node)
        }
    }

    private func statements(
        _ decision: CopyDecision, of operation: String?, _ comparison: HeldComparison, _ standing: ChunkStanding
    ) -> [SQL] {
        let isEqual = if case .equal = comparison { true } else { false }
        let action =
            isEqual
            ? decision.actionWhenEqual(for: chunk, site.capabilities)
            : decision.actionWhenDifferent(for: chunk, site.capabilities)
        guard let action else { return [] }
        let record = site.capabilities.isSuperuser ? operation.map { [ChunkCopySQL.delete($0)] } : nil
        return [action] + (record ?? []) + [ChunkCopySQL.renewPlans(of: chunk.name, owner: standing.owner)]
    }

    private static func left(until end: ContinuousClock.Instant) -> Duration {
        max(.milliseconds(1), ContinuousClock.now.duration(to: end))
    }

    // MARK: Comparing

    private enum HeldComparison {
        case equal(rows: Int)
        case different(rows: [String: Int])
        case written(on: String)
    }

    private struct HeldCopy: Sendable {
        let digest: CopyDigest
        let status: String?
        let isWritten: Bool
    }

    /// Compares the copies side by side, each over its connection.
    private func compare(
        _ decision: CopyDecision, _ standing: ChunkStanding, until end: ContinuousClock.Instant,
        _ links: [String: any Link]
    ) async throws(ClusterError) -> HeldComparison {
        let quiet = Cluster(cluster.connection, listener: QuietListener(cluster.listener), deadline: end)
        let shape = try site.shape(of: chunk)
        let question = CopyQuestion.digest(watching: true)
        let answers = await quiet.sideBySide(decision.nodes, named: { $0 }) { name throws(ClusterError) in
            guard let link = links[name] else { throw .interrupted }
            for sql in ["BEGIN READ ONLY", CopyQuestion.settings] as [SQL] {
                try await quiet.send(sql, on: link, node: name)
            }
            let rows = try await quiet.send(question.query(of: chunk.name, shape), on: link, node: name).records
            let status = try await quiet.send(ChunkStanding.status(of: chunk.name), on: link, node: name).value
            // Else the drop would wait for it.
            try await quiet.send("ROLLBACK", on: link, node: name)
            guard case .digest(let digest, let isWritten) = question.reply(rows) else {
                throw ClusterError("it did not tell its rows", node: name)
            }
            return HeldCopy(digest: digest, status: status, isWritten: isWritten)
        }
        var copies: [String: HeldCopy] = [:]
        for answer in answers { copies[answer.item] = try answer.result.get() }
        if let written = decision.nodes.first(where: { copies[$0]?.isWritten == true }) { return .written(on: written) }
        let subject = copies[decision.nodes[0]]
        let isEqual = decision.nodes.dropFirst().contains { name in
            guard let subject, let copy = copies[name] else { return false }
            return copy.digest == subject.digest && copy.status == subject.status && copy.status == standing.status
        }
        return isEqual
            ? .equal(rows: subject?.digest.rows ?? 0) : .different(rows: copies.mapValues(\.digest.rows))
    }
}
