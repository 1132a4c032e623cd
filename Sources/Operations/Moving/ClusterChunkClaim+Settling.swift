import ClusterAccess
import MultiNode
import Platform
import Postgres

extension ClusterChunkClaim {
    func settle(
        _ decision: CopyDecision, of operation: String?, awaited: Set<String>, within limit: Duration,
        copying: (() async throws(ClusterError) -> Void)?, _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
        // A copy that was begun once is not made again.
        let isBegun = Lock(false)
        do throws(ClusterError) {
            return try await settle(
                decision, of: operation, awaited: awaited, within: limit, copying: copying, isBegun, report)
        } catch {
            guard isBegun.withLock({ $0 }) else { throw error }
            if error.isOfSilentClient {
                return .unheld(for: "the access node, which had heard nothing of tscl for too long")
            }
            guard error.sqlstate == ClusterMoving.lockNotAvailable else { throw error }
            // A copy that is locked on its node tells by whom.
            return .unheld(for: error.node == nil ? await site.lockWait(on: chunk).text : error.message)
        }
    }

    private func settle(
        _ decision: CopyDecision, of operation: String?, awaited: Set<String>, within limit: Duration,
        copying: (() async throws(ClusterError) -> Void)?, _ isBegun: Lock<Bool>, _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
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
            ) { table throws(ClusterError) in
                try await decide(decision, of: operation, awaited: awaited, table, links)
            }
        }
        switch settled {
        case .gone: return .overtaken
        case .givenBack(let standstill): return .givenBack(standstill)
        case .done(.equal(let rows, _), let time): return .equal(rows: rows, held: max(held, time))
        case .done(let verdict, _):
            if decision.isTaken, let operation, !isOwn(operation), verdict.isAgainstCopy {
                // It may have what its source has lost since.
                for copying in try await site.records(of: chunk) where copying.operation == operation {
                    try await site.cleanUp(copying, isOwnCall: false, report)
                }
            }
            if case .different = verdict, isOutrun { return .outrun }
            return verdict
        }
    }

    /// Whether this process has made a copy: what that has it has from its source.
    private func isOwn(_ operation: String) -> Bool { site.made.withLock { $0.contains(operation) } }

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
        _ decision: CopyDecision, of operation: String?, awaited: Set<String>, _ table: HeldTable,
        _ links: [String: any Link]
    ) async throws(ClusterError) -> CopyVerdict {
        guard Set(decision.nodes).isSubset(of: table.state.standing.nodes) else { return .overtaken }
        let stays = decision.staying
        guard !table.available.isDisjoint(with: stays) else { throw .isUnavailable(chunk, on: stays) }
        let standing = table.state.standing
        func carryOut(_ actions: [SQL], _ deed: String) async throws(ClusterError) {
            guard !actions.isEmpty else { return }
            let record = site.capabilities.isSuperuser ? operation.map { [ChunkCopySQL.delete($0)] } : nil
            try await send(
                actions + (record ?? []) + [ChunkCopySQL.renewPlans(of: chunk.name, owner: standing.owner)],
                deed, table)
        }
        let comparison: HeldCopies?
        let verdict: CopyVerdict
        if let node = try await beginComparing(decision, table, links) {
            (comparison, verdict) = (nil, .written(on: node))
        } else {
            if let node = decision.dropped { try await hold(copyOn: node, table, links) }
            let compared = try await compare(decision, table, links)
            (comparison, verdict) = (compared, compared.verdict)
        }
        guard case .equal = verdict, let comparison else {
            // What an earlier run has left is compared row by row before it goes.
            guard operation.map(isOwn) ?? true else { return verdict }
            let action = decision.actionWhenDifferent(for: chunk, site.capabilities)
            try await carryOut(action.map { [$0] } ?? [], decision.deed(isEqual: false))
            return verdict
        }
        let successor = comparison.successor
        if let successor, !awaited.contains(successor), decision.countsAnother(standing), let link = links[successor] {
            let open = try await site.beating(on: table.link, until: table.end) { () throws(ClusterError) in
                try await site.snapshots(on: successor, over: link, until: table.end)
            }
            var isSeen = open.isEmpty
            if !isSeen, canFreeze(decision, comparison, table) {
                isSeen = try await freeze(decision, comparison, table, links)
            }
            if !isSeen {
                // Until they are over all is to be written to both.
                if case .take = decision {
                    let renewing = ChunkCopySQL.renewWriters(of: chunk.table, id: chunk.tableID, site.capabilities)
                    try await send([renewing], decision.deed(isEqual: true), table)
                }
                return .readBefore(open)
            }
        }
        var actions = decision.actionsWhenEqual(for: chunk, successor: successor, site.capabilities)
        if standing.isAggregated, let successor,
            let noting = try await noting(on: successor, of: decision.source, table, links)
        {
            actions.append(noting)
        }
        try await carryOut(actions, decision.deed(isEqual: true))
        return verdict
    }

    private func send(_ statements: [SQL], _ deed: String, _ table: HeldTable) async throws(ClusterError) {
        try await site.timed(deed, of: chunk, until: table.end) { () throws(ClusterError) in
            for statement in statements {
                try await cluster.send(statement, on: table.link, timeout: table.timeLeft)
            }
        }
    }

    /// Continuous aggregates take in what the node that has a copy has noted; that of a copy that was made later has not. A node
    /// that is lost takes its notes along.
    ///
    /// - Returns: what notes it on another, in the transaction at hand; nil where there is nothing to note.
    private func noting(
        on successor: String, of node: String, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> SQL? {
        try await site.timed("looking what aggregates lack", of: chunk, until: table.end) { () throws(ClusterError) in
            let rows = try await cluster.send(
                ChunkInvalidation.query(ofChunk: chunk.id), on: table.link, timeout: table.timeLeft
            ).records
            guard let invalidation = rows.first.flatMap({ ChunkInvalidation(row: $0) }), let link = links[node] else {
                return nil
            }
            let isPending = try await cluster.quiet.send(
                invalidation.isPending, on: link, node: node, timeout: table.timeLeft
            ).value
            return isPending == "t" ? invalidation.noting(on: successor, site.capabilities) : nil
        }
    }

    /// Holds those that write to a copy on its node.
    private func hold(
        copyOn node: String, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) {
        let limit = min(ChunkHold.longest(site.maxLock), table.timeLeft / 2)
        do throws(ClusterError) {
            try await cluster.quiet.send(
                ChunkCopySQL.hold(copyOf: chunk.name, on: [node], site.capabilities), on: table.link, timeout: limit)
        } catch {
            guard error.kind == .timedOut, let link = links[node] else { throw error }
            let rows = try? await cluster.quiet.send(
                LockHolder.query(of: [chunk.name], onlyWriters: true), on: link, node: node, timeout: .seconds(1)
            ).records
            throw .isLockedThere(chunk, on: node, by: (rows ?? []).compactMap { LockHolder(row: $0) })
        }
    }

    // MARK: Comparing

    /// Works on all copies side by side, each over its connection.
    private func onEach<Value: Sendable>(
        _ nodes: [String], _ table: HeldTable, _ links: [String: any Link],
        _ work: @escaping @Sendable (String, any Link, Cluster) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> [String: Value] {
        let quiet = Cluster(cluster.connection, listener: QuietListener(cluster.listener), deadline: table.end)
        return try await site.beating(on: table.link, until: table.end) { () throws(ClusterError) in
            let answers = await quiet.sideBySide(nodes, named: { $0 }) { name throws(ClusterError) in
                guard let link = links[name] else { throw .interrupted }
                return try await work(name, link, quiet)
            }
            var values: [String: Value] = [:]
            for answer in answers {
                do throws(ClusterError) {
                    values[answer.item] = try answer.result.get()
                } catch {
                    guard error.kind == .timedOut, table.end <= .now else { throw error }
                    throw .isNotCompared(chunk, on: answer.item)
                }
            }
            return values
        }
    }

    /// Looks who has written to the copies. They are read behind that, so that what was prepared and then ended is among the rows.
    ///
    /// - Returns: a node with a transaction that is open, or prepared, and has written to the chunk; nil where there is none, and
    ///   the copies are ready to be read.
    private func beginComparing(
        _ decision: CopyDecision, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> String? {
        let written = try await onEach(decision.nodes, table, links) { [chunk] name, link, quiet throws(ClusterError) in
            for sql in ["BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", CopyQuestion.settings] as [SQL] {
                try await quiet.send(sql, on: link, node: name)
            }
            let rows = try await quiet.send(CopyQuestion.isWritten(chunk.name), on: link, node: name).records
            let isWritten = rows.first?["written"] != "f"
            if isWritten { try await quiet.send("ROLLBACK", on: link, node: name) }
            return isWritten
        }
        guard let node = decision.nodes.first(where: { written[$0] == true }) else { return nil }
        _ = try await onEach(decision.nodes.filter { written[$0] == false }, table, links) {
            name, link, quiet throws(ClusterError) in
            try await quiet.send("ROLLBACK", on: link, node: name)
        }
        return node
    }

    private func compare(
        _ decision: CopyDecision, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> HeldCopies {
        let shape = table.shape
        let copies = try await onEach(decision.nodes, table, links) { [chunk] name, link, quiet throws(ClusterError) in
            let question = CopyQuestion.digest()
            let rows = try await quiet.send(question.query(of: chunk.name, shape), on: link, node: name).records
            let status = try await quiet.send(ChunkStanding.status(of: chunk.name), on: link, node: name).value
            // Else the drop would wait for it.
            try await quiet.send("ROLLBACK", on: link, node: name)
            guard case .digest(let digest, _) = question.reply(rows) else {
                throw ClusterError("it did not tell its rows", node: name)
            }
            return HeldCopies.Copy(digest: digest, status: status)
        }
        return HeldCopies(
            decision: decision, copies: copies, available: table.available, standing: table.state.standing,
            keepsStatus: site.capabilities.keepsStatusOfCopies)
    }
}
