import ClusterAccess
import MultiNode
import Platform
import Postgres

/// A chunk that one session of the access node has to itself.
struct ClusterChunkClaim: ChunkClaim {
    let site: ClusterMoving
    let chunk: Chunk
    /// To the access node. What this session has claimed is free when it ends.
    let link: any Link

    var cluster: Cluster { site.cluster }

    /// What part of a move the copying is; the rest is comparing.
    private static let copyingShare = 0.9

    /// How long a statement may take that only looks, or changes a name.
    static let shortly: Duration = .seconds(30)

    func copy(
        from source: String, to destination: String, as name: ChunkCopyName, bytes: Int64, within limit: Duration,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyEnd {
        try await refuseWhereAskew(on: source)
        try await refuseWhereLacking(on: source)
        try await nameCompressed(on: source, report)
        try await cluster.send(ChunkCopySQL.limit(limit), on: link)
        let (start, end) = (try site.node(source), try site.node(destination))
        let watched = Lock(CopyOutlook())
        let watching = Task(executorPreference: EventLoop.shared) { [site, watch = site.watch] in
            // The link is busy with the call.
            await watch.follow(name.text, from: start, to: end, totalBytes: bytes) { state in
                if bytes > 0 { report.progressed(to: Double(state.bytes) / Double(bytes) * Self.copyingShare) }
                if let wait = state.wait { report.waits(for: wait.advice) }
                if let node = state.wait?.doubtful { await site.healDoubts(on: [node], report) }
                let isUseless = watched.withLock { $0.note(state, isToStop: report.isToStop) }
                if isUseless { await watch.cancel(name.text) }
            }
        }
        defer { watching.cancel() }
        let began = ContinuousClock.now
        site.made.withLock { _ = $0.insert(name.text) }
        do throws(ClusterError) {
            try await cluster.send(
                ChunkCopySQL.copy(chunk.name, from: source, to: destination, as: name), on: link,
                timeout: limit + Self.shortly)
            try await endLimit()
            return .made
        } catch {
            // The session goes on; its name stays, which tells others that it works on the copy.
            if await link.isOpen { try? await endLimit() }
            // query_canceled: appendix A of the PostgreSQL manual.
            // undefined_table
            if error.sqlstate == "42P01" { throw error.explainingMissingTable(chunk, destination) }
            guard error.sqlstate == "57014" else { throw error }
            let seen = watched.withLock { $0 }
            if seen.isFailing {
                if let cause = await causeOfFailing(from: source, to: destination, since: began) { throw cause }
                return .failing
            }
            if seen.isStopped { throw .interrupted }
            guard began.duration(to: .now) >= limit else { throw error }
            throw .isTooLong(chunk, source, destination, limit, seen.wait)
        }
    }

    /// How often it is looked whether slots are made. Small chunks are copied in a tenth of a second then.
    private static let slotLook: Duration = .milliseconds(20)

    func untilSlotsAreMade(
        for name: ChunkCopyName, from source: String, to destination: String,
        orElse isOver: @Sendable () -> Bool
    ) async throws(ClusterError) {
        let (start, end) = (try site.node(source), try site.node(destination))
        while !isOver() {
            if await site.watch.hasSlots(name.text, from: start, to: end) { return }
            do { try await EventLoop.shared.sleep(until: .now.advanced(by: Self.slotLook)) } catch {
                throw .interrupted
            }
        }
    }

    /// Why the workers that copy the chunk fail one behind the other, where it is no writer; nil where nothing tells.
    private func causeOfFailing(
        from source: String, to destination: String, since began: ContinuousClock.Instant
    ) async -> ClusterError? {
        let took = began.duration(to: .now)
        do throws(ClusterError) {
            try await cluster.asking(try site.node(destination), keeping: site.kept, timeout: Self.shortly) {
                link throws(ClusterError) in
                _ = try await cluster.quiet.send(
                    DiskRoom.probe(beside: chunk.name), on: link, node: destination, timeout: Self.shortly)
            }
        } catch {
            if error.isOfFullDisk { return .hasNoRoom(chunk, on: destination) }
        }
        let limits = (try? await cluster.quiet.limits(onNode: source)) ?? []
        let limit = limits.first { limit in
            // Each worker that failed had that long.
            limit.name == "statement_timeout" && Double(limit.milliseconds ?? .max) * 3 < took / .milliseconds(1)
        }
        return limit.map { .isEnded(chunk, source, destination, by: $0) }
    }

    private func endLimit() async throws(ClusterError) {
        let statement = SessionLimits.endingOwnLimit(process: link.info.backendPID)
        try await cluster.send(statement, on: link, timeout: Self.shortly)
    }

    /// How often it is looked whether the access node and the source have the same of a chunk.
    private static let looks = 4

    /// What the comparison would refuse behind it is not copied.
    private func refuseWhereAskew(on source: String) async throws(ClusterError) {
        let node = try site.node(source)
        for look in 1... {
            guard let standing = try await site.state(of: chunk, on: link)?.standing else { return }
            let rows = try await cluster.asking(node, keeping: site.kept, timeout: Self.shortly) {
                over throws(ClusterError) in
                try await cluster.send(
                    ChunkStanding.status(of: chunk.name), on: over, node: source, timeout: Self.shortly
                ).records
            }
            // A chunk that is not there fails with words of its own.
            guard let row = rows.first, let status = row["status"],
                let cause = CopyRestating(
                    standing, source: status, keepsStatus: site.capabilities.keepsStatusOfCopies)
            else { return }
            if look == Self.looks { throw .isAskew(chunk, source, cause) }
            // The nodes and the access node commit one behind the other.
            try await site.pause()
        }
    }

    /// Nor is what a copy of TimescaleDB's loses.
    private func refuseWhereLacking(on source: String) async throws(ClusterError) {
        let node = try site.node(source)
        let rows = try await cluster.asking(node, keeping: site.kept, timeout: Self.shortly) {
            over throws(ClusterError) in
            try await cluster.send(
                MissingValues.list(among: [chunk.name]), on: over, node: source, timeout: Self.shortly
            )
            .rows
        }
        if !rows.isEmpty { throw .lacksValues(chunk) }
    }

    /// Gives the table of the compressed rows a name that the destination has not: else the copy would fail there.
    /// Whoever reads them in an open transaction is waited for, and those who come meanwhile wait behind the renaming.
    private func nameCompressed(on source: String, _ report: StepReport) async throws(ClusterError) {
        let node = try site.node(source)
        let began = ContinuousClock.now
        var attempts = 0
        while true {
            let holders = try await cluster.asking(node, keeping: site.kept, timeout: Self.shortly) {
                link throws(ClusterError) in try await renameCompressed(on: link, source)
            }
            guard let (table, holders) = holders else { return }
            attempts += 1
            guard attempts < ChunkHold.attempts || began.duration(to: .now) < site.maxLock else {
                throw .isRead(chunk, table, on: source, by: holders)
            }
            let others = holders.isEmpty ? "" : ", which is held by \(holders.map(\.text).listed)"
            report.waits(for: "a lock on \(table.name) on \(source)\(others)")
            if holders.contains(where: { $0.pid == 0 }) { await site.healDoubts(on: [source], report) }
            if report.isToStop { throw .interrupted }
            try await site.pause()
        }
    }

    /// - Returns: the table and who holds locks on it, if it could not be locked; nil if nothing is left to do.
    private func renameCompressed(
        on link: any Link, _ source: String
    ) async throws(ClusterError) -> (table: TableName, holders: [LockHolder])? {
        func ask(_ sql: SQL) async throws(ClusterError) -> [[String: String?]] {
            try await cluster.send(sql, on: link, node: source, timeout: Self.shortly).records
        }
        guard let row = try await ask(ChunkCopySQL.compressedTable(of: chunk.name)).first,
            let name = row["name"].flatMap({ $0 })
        else { return nil }
        let table = TableName(schema: row["schema"].flatMap { $0 }, name: name)
        guard let rename = ChunkCopySQL.rename(table, ofChunk: chunk.id) else { return nil }
        do throws(ClusterError) {
            for statement in [.begin, ChunkCopySQL.lockTimeout(ChunkHold.longest(site.maxLock)), rename, "COMMIT"]
                as [SQL]
            {
                _ = try await ask(statement)
            }
            return nil
        } catch {
            // Compressed anew meanwhile, it has another.
            let isGone = error.sqlstate == "42P01"
            guard error.mayPass || isGone else { throw error }
            _ = try await ask("ROLLBACK")
            return (
                table, isGone ? [] : try await ask(LockHolder.query(of: [table])).compactMap { LockHolder(row: $0) }
            )
        }
    }

    func forget(_ operation: String) async throws(ClusterError) {
        if site.capabilities.isSuperuser { return }
        do throws(ClusterError) {
            try await cluster.send(ChunkCopySQL.forget(operation), on: link, timeout: Self.shortly)
        } catch {
            // invalid_parameter_value: there is no such record any more.
            guard error.sqlstate == "22023" else { throw error }
        }
    }
}
