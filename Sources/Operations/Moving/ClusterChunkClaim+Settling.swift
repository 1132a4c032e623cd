import ClusterAccess
import MultiNode
import Platform
import Postgres

extension ClusterChunkClaim {
    func settle(
        _ decision: CopyDecision, of operation: String?, within limit: Duration,
        copying: (() async throws(ClusterError) -> Void)?, _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
        // A copy that was begun once is not made again.
        let isBegun = Lock(false)
        func once() async throws(ClusterError) {
            isBegun.withLock { $0 = true }
            try await copying?()
        }
        // Each attempt has connections of its own to the nodes: what has ended one may have left its transactions open
        // there, or a connection that had to be given up.
        func attempting<Value: Sendable>(
            _ work: ([String: any Link]) async throws(ClusterError) -> Value
        ) async throws(ClusterError) -> Value {
            try await site.untilHeld(chunk, report, mayRepeat: { !isBegun.withLock { $0 } }) {
                () throws(ClusterError) in
                try await site.reaching(decision.nodes[...], [:], work)
            }
        }
        var left: (() async throws(ClusterError) -> Void)? = copying == nil ? nil : once
        var held = Duration.zero
        var isOutrun = false
        if decision.keepsAll {
            let first = try await attempting { links throws(ClusterError) in
                try await renewed(decision, of: operation, within: limit, links, left, report)
            }
            switch first {
            case .done(let hasWaitingCopies?, let time): (left, held, isOutrun) = (nil, time, hasWaitingCopies)
            case .done(nil, _), .gone: return .overtaken
            case .givenBack(let standstill): return .givenBack(standstill)
            }
            isBegun.withLock { $0 = false }
        }
        let settled = try await attempting { links throws(ClusterError) in
            try await site.holding(
                chunk, within: limit, links, copying: left, as: operation, report
            ) { table throws(ClusterError) in try await decide(decision, of: operation, table, links) }
        }
        return switch settled {
        case .gone: .overtaken
        case .givenBack(let standstill): .givenBack(standstill)
        case .done(.equal(let rows, _), let time): .equal(rows: rows, held: max(held, time))
        case .done(.different, _) where isOutrun: .outrun
        case .done(let verdict, _): verdict
        }
    }

    /// Has all that write from now on write to the new copy, too, before the copies are compared. A COPY that waits for the
    /// hold to end has looked already where the chunk is, and writes to the old ones alone: the next hold waits for it, and
    /// finds what it wrote. Where the copy is made meanwhile, all sessions are told before to look anew: a COPY that then
    /// begins to wait looks where the chunk is when it is let go.
    ///
    /// - Returns: whether a COPY is among those that waited; nil if a copy is not there any more.
    private func renewed(
        _ decision: CopyDecision, of operation: String?, within limit: Duration, _ links: [String: any Link],
        _ copying: (() async throws(ClusterError) -> Void)?, _ report: StepReport
    ) async throws(ClusterError) -> HoldEnd<Bool?> {
        let renewing = ChunkCopySQL.renewWriters(of: chunk.table, id: chunk.tableID, site.capabilities)
        let telling = "having open sessions write to the new copy"
        func tellAll() async throws(ClusterError) {
            if copying == nil { return }
            do throws(ClusterError) {
                // The claim's own session may be busy with the copy.
                try await site.shared.with(.look) { () throws(ClusterError) in
                    try await cluster.quiet.aside(keeping: site.kept) { link throws(ClusterError) in
                        _ = try await cluster.send(renewing, on: link, timeout: Self.shortly)
                    }
                }
            } catch {
                guard error.kind == .timedOut else { throw error }
                throw .isNotTold(chunk, in: Self.shortly, silent: await site.watch.silentNodes())
            }
        }
        return try await site.holding(
            chunk, within: limit, links, preparing: tellAll, copying: copying, as: operation, report
        ) { table throws(ClusterError) in
            guard Set(decision.nodes).isSubset(of: table.state.standing.nodes) else { return nil as Bool? }
            try await site.timed(telling, of: chunk, until: table.end) { () throws(ClusterError) in
                try await cluster.send(renewing, on: table.link, timeout: table.timeLeft)
            }
            let waiting = try await site.timed("looking who waits", of: chunk, until: table.end) {
                () throws(ClusterError) in
                try await cluster.send(
                    ChunkCopySQL.hasWaitingCopies(chunk.table), on: table.link, timeout: table.timeLeft)
            }
            return waiting.value == "t"
        }
    }

    private func decide(
        _ decision: CopyDecision, of operation: String?, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> CopyVerdict {
        guard Set(decision.nodes).isSubset(of: table.state.standing.nodes) else { return .overtaken }
        let stays = decision.staying
        guard !table.available.isDisjoint(with: stays) else { throw .isUnavailable(chunk, on: stays) }
        let comparison = try await site.beating(on: table.link, until: table.end) { () throws(ClusterError) in
            try await compare(decision, table, links)
        }
        let verdict = comparison.verdict
        let isEqual = if case .equal = verdict { true } else { false }
        try await site.timed(decision.deed(isEqual: isEqual), of: chunk, until: table.end) {
            () throws(ClusterError) in
            for statement in statements(comparison, of: operation, isEqual: isEqual) {
                try await cluster.send(statement, on: table.link, timeout: table.timeLeft)
            }
        }
        return verdict
    }

    private func statements(_ comparison: HeldCopies, of operation: String?, isEqual: Bool) -> [SQL] {
        let decision = comparison.decision
        let actions =
            isEqual
            ? decision.actionsWhenEqual(for: chunk, successor: comparison.successor, site.capabilities)
            : decision.actionWhenDifferent(for: chunk, site.capabilities).map { [$0] } ?? []
        guard !actions.isEmpty else { return [] }
        let record = site.capabilities.isSuperuser ? operation.map { [ChunkCopySQL.delete($0)] } : nil
        return actions + (record ?? [])
            + [ChunkCopySQL.renewPlans(of: chunk.name, owner: comparison.standing.owner)]
    }

    // MARK: Comparing

    /// Compares the copies side by side, each over its connection.
    private func compare(
        _ decision: CopyDecision, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> HeldCopies {
        let quiet = Cluster(cluster.connection, listener: QuietListener(cluster.listener), deadline: table.end)
        let answers = await quiet.sideBySide(decision.nodes, named: { $0 }) { name throws(ClusterError) in
            guard let link = links[name] else { throw .interrupted }
            return try await copy(on: name, over: link, table.shape, quiet)
        }
        var copies: [String: HeldCopies.Copy] = [:]
        for answer in answers {
            do throws(ClusterError) {
                copies[answer.item] = try answer.result.get()
            } catch {
                guard error.kind == .timedOut, table.end <= .now else { throw error }
                throw .isNotCompared(chunk, on: answer.item)
            }
        }
        return HeldCopies(
            decision: decision, copies: copies, available: table.available, standing: table.state.standing,
            keepsStatus: site.capabilities.keepsStatusOfCopies)
    }

    private func copy(
        on name: String, over link: any Link, _ shape: RowShape, _ quiet: Cluster
    ) async throws(ClusterError) -> HeldCopies.Copy {
        for sql in ["BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", CopyQuestion.settings] as [SQL] {
            try await quiet.send(sql, on: link, node: name)
        }
        // The rows are read behind that, so that what was prepared and then ended is among them.
        let isWritten = try await quiet.send(CopyQuestion.isWritten(chunk.name), on: link, node: name).records
        let question = CopyQuestion.digest()
        let rows = try await quiet.send(question.query(of: chunk.name, shape), on: link, node: name).records
        let status = try await quiet.send(ChunkStanding.status(of: chunk.name), on: link, node: name).value
        // Else the drop would wait for it.
        try await quiet.send("ROLLBACK", on: link, node: name)
        guard case .digest(let digest, _) = question.reply(rows) else {
            throw ClusterError("it did not tell its rows", node: name)
        }
        return HeldCopies.Copy(digest: digest, status: status, isWritten: isWritten.first?["written"] != "f")
    }
}
