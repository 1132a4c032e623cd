package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// A hypertable that nobody writes to, in a transaction of the access node, and what is known of one of its chunks there.
struct HeldTable {
    /// To the access node, with the transaction open.
    let link: any Link
    /// Until then writers may wait.
    let end: ContinuousClock.Instant
    let state: ChunkState
    let shape: RowShape
    /// The nodes that are not marked unavailable.
    let available: Set<String>

    var timeLeft: Duration { max(.milliseconds(1), ContinuousClock.now.duration(to: end)) }
}

extension ClusterMoving {
    /// Does work on copies of a chunk while nobody writes to its hypertable, and commits it. Where it throws, all is undone
    /// with the connection.
    ///
    /// - Parameters:
    ///   - limit: how long writers may wait.
    ///   - links: to the nodes where something is done with the chunk.
    ///   - preparing: is done right before they are made to wait.
    ///   - copying: is done first, while they wait.
    ///   - operation: the copy that is made by it.
    func holding<Value: Sendable>(
        _ chunk: Chunk, within limit: Duration, _ links: [String: any Link],
        preparing: (() async throws(ClusterError) -> Void)? = nil,
        copying: (() async throws(ClusterError) -> Void)? = nil, as operation: String? = nil, _ report: StepReport,
        _ work: (HeldTable) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> HoldEnd<Value> {
        var nodes: [DataNode] = []
        for name in links.keys { nodes.append(try node(name)) }
        let watching = HoldWatch(
            watch,
            HoldWatch.Work(
                chunk: chunk.name, operation: copying == nil ? nil : operation, nodes: nodes,
                comparing: links.mapValues(\.info.backendPID)))
        let waits = { report.waits(for: "a session of the access node, which comparisons of other chunks have") }
        do throws(ClusterError) {
            let answer: HoldEnd<Value>? = try await shared.with(.hold, waits: waits) { () throws(ClusterError) in
                try await holdOnce(
                    chunk, within: limit, watching, preparing: preparing, copying: copying, work)
            }
            return answer ?? .gone
        } catch {
            guard let standstill = watching.found, error.kind != .interrupted else { throw error }
            return .givenBack(standstill)
        }
    }

    private func holdOnce<Value: Sendable>(
        _ chunk: Chunk, within limit: Duration, _ watching: HoldWatch,
        preparing: (() async throws(ClusterError) -> Void)?, copying: (() async throws(ClusterError) -> Void)?,
        _ work: (HeldTable) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> HoldEnd<Value> {
        // What the server says when it ends the session is told with the next attempt, or the error.
        try await cluster.quiet.aside(keeping: kept) { link throws(ClusterError) in
            // What others have committed before the lock was there must be seen.
            try await cluster.send(.begin, on: link)
            let wait = ChunkHold.longest(limit)
            let statements = ChunkCopySQL.hold(chunk.table, id: chunk.tableID, waiting: wait, within: limit)
            for statement in statements.dropLast() { try await cluster.send(statement, on: link) }
            if let preparing { try await beating(on: link, until: .now + limit, preparing) }
            let began = ContinuousClock.now
            // Nobody can break off the COMMIT, for which writers wait as well.
            let end = began + limit - min(limit / 4, ChunkHold.commit)
            for statement in statements.suffix(1) { try await cluster.send(statement, on: link) }
            watching.begin(link.info.backendPID)
            let value: Value
            do throws(ClusterError) {
                if let copying { try await beating(on: link, until: end, copying) }
                // What is being copied may not be locked so.
                if let standstill = try await hold(chunk, on: link, waiting: wait, until: end) {
                    await watching.end()
                    try await cluster.send("ROLLBACK", on: link)
                    return .givenBack(standstill)
                }
                guard let table = try await held(chunk, on: link, until: end) else {
                    await watching.end()
                    return .gone
                }
                value = try await work(table)
            } catch {
                await watching.end()
                // Its session was lost before anybody asked it to commit: all is undone, and may be done again.
                let isUndone = error.kind == .connectionLost && error.node == nil && !error.isOfSilentClient
                throw isUndone ? error.asUndone(ClusterError.silentClient) : error
            }
            await watching.end()
            try await cluster.send("COMMIT", on: link)
            return .done(value, held: began.duration(to: .now))
        }
    }

    /// Waits for those that write to a chunk by its own name, and holds who comes to.
    ///
    /// - Parameters:
    ///   - wait: how long they are waited for; half of what writers may wait is left for the rest.
    ///   - end: until which writers may wait.
    /// - Returns: one of them that waits for the hold in turn; nil where it is held.
    private func hold(
        _ chunk: Chunk, on link: any Link, waiting wait: Duration, until end: ContinuousClock.Instant
    ) async throws(ClusterError) -> HoldStandstill? {
        let rows = try await cluster.send(
            HeldSession.query(writingTo: chunk.name, of: chunk.table), on: link
        ).records
        if let row = rows.first { return HoldStandstill(awaiting: HeldSession(row: row)) }
        let most = min(wait, max(ChunkHold.shortest, ContinuousClock.now.duration(to: end) / 2))
        let answers = try await cluster.ask(
            ChunkCopySQL.hold(chunk: chunk.name, waiting: most) + [ChunkCopySQL.lockTimeout(wait)], on: link)
        for answer in answers { _ = try answer.get() }
        return nil
    }

    /// Does work that leaves a transaction of the access node idle, whose server hears meanwhile that its client is there.
    ///
    /// - Parameter end: when the work is to be done; soon after it the server hears nothing any more, and ends the transaction.
    /// - Throws: also what ended the transaction.
    func beating<Value: Sendable>(
        on link: any Link, until end: ContinuousClock.Instant, _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let last = end + ChunkHold.spare
        let beat = Task(executorPreference: EventLoop.shared) { [cluster] () -> ClusterError? in
            while .now < last, (try? await EventLoop.shared.sleep(until: .now.advanced(by: ChunkHold.beat))) != nil {
                // A statement that is broken off would undo the transaction.
                let failure = await cluster.evenIfInterrupted { shielded -> ClusterError? in
                    do throws(ClusterError) {
                        try await shielded.quiet.send("SELECT", on: link)
                        return nil
                    } catch {
                        return error
                    }
                }
                if let failure { return failure }
            }
            return nil
        }
        let value: Value
        do throws(ClusterError) {
            value = try await work()
        } catch {
            beat.cancel()
            _ = await beat.value
            throw error
        }
        beat.cancel()
        guard let failure = await beat.value else { return value }
        guard failure.kind == .timedOut else { throw failure }
        // The statement was broken off, and all is undone with it.
        throw failure.asUndone(ClusterError.silentClient)
    }

    /// Does something for which writers wait.
    ///
    /// - Parameters:
    ///   - what: it is, as a noun.
    ///   - end: of the time that writers may wait.
    /// - Throws: where that time is over, what took it, and what helps.
    @discardableResult
    func timed<Value>(
        _ what: String, of chunk: Chunk, until end: ContinuousClock.Instant,
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        do throws(ClusterError) {
            return try await work()
        } catch {
            // What has words of its own tells it already.
            guard error.kind == .timedOut, end <= .now + ChunkHold.grain, error.remedy == nil else { throw error }
            throw .tookTooLong(what, of: chunk, on: error.node, silent: await watch.silentNodes())
        }
    }

    private func held(
        _ chunk: Chunk, on link: any Link, until end: ContinuousClock.Instant
    ) async throws(ClusterError) -> HeldTable? {
        guard let state = try await state(of: chunk, on: link) else { return nil }
        let shapes = try await cluster.send(RowShape.list(of: [chunk.tableID]), on: link).records
        // It is the number that counts: by now another table may have the name that was locked.
        guard let shape = shapes.first.map({ RowShape(row: $0) }), shape.table == chunk.table else { return nil }
        let nodes = try await cluster.send(DataNode.list, on: link).records.map { DataNode(row: $0) }
        return HeldTable(
            link: link, end: end, state: state, shape: shape,
            available: Set(nodes.filter(\.isAvailable).map(\.name)))
    }

    static let lockNotAvailable = "55P03"

    /// Tries again what could not lock the hypertable, was the victim of a deadlock, or was undone because the server heard
    /// nothing for too long: nothing has happened yet.
    ///
    /// - Parameter mayRepeat: whether that may be done again.
    func untilHeld<Value: Sendable>(
        _ chunk: Chunk, _ report: StepReport, mayRepeat: () -> Bool = { true },
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        var attempts = 0
        var wait: CopyWait?
        while true {
            do throws(ClusterError) {
                return try await work()
            } catch {
                attempts += 1
                guard error.mayPass || error.isOfSilentClient, mayRepeat() else { throw error }
                guard attempts < ChunkHold.attempts else {
                    if error.isOfCollision { throw .isInTheWay(of: chunk, error) }
                    throw error.node == nil && error.sqlstate == Self.lockNotAvailable
                        ? .isNotHeld(chunk, attempts: attempts, wait) : error
                }
                if error.isOfSilentClient {
                    report.waits(for: "the access node, which had heard nothing of tscl for too long")
                }
                // A copy that is locked on its node tells by whom.
                if error.node != nil {
                    report.waits(for: "the moment at which nobody writes there: \(error.message)")
                } else if error.sqlstate == Self.lockNotAvailable {
                    let found = await lockWait(on: chunk)
                    report.waits(for: found.advice)
                    wait = found
                    // Who has it may wait for that, on whichever node he writes to.
                    await healDoubts(on: nodeNames, report)
                }
            }
            try await pause()
        }
    }

    /// How long it is waited at most for the end of a transaction for which a hold was given back.
    private static let longestWait: Duration = .seconds(30)

    package func wait(untilOver standstill: HoldStandstill, _ report: StepReport) async throws(ClusterError) {
        let node = standstill.block.isOnAccessNode ? nil : try node(standstill.block.node)
        if let node { await healDoubts(on: [node.name], report) }
        let end = ContinuousClock.now + Self.longestWait
        repeat {
            if report.isToStop { throw .interrupted }
            try await pause()
            guard await watch.isOpen(standstill.block, on: node) else { return }
        } while .now < end
    }

    /// Why a hypertable, or a chunk of it, can't be locked.
    func lockWait(on chunk: Chunk) async -> CopyWait {
        let tables = [chunk.table, chunk.name]
        async let silent = watch.silentNodes()
        let limit = Duration.seconds(5)
        let rows = try? await shared.with(.look, until: .now + limit) { () throws(ClusterError) in
            let own = cluster.quiet.limited(to: limit)
            return try await own.aside(keeping: kept) { link throws(ClusterError) in
                try await own.send(LockHolder.query(of: tables, onlyWriters: true), on: link).records
            }
        }
        let holders = ((rows ?? nil) ?? []).compactMap { LockHolder(row: $0) }
        let remedy = holders.isEmpty ? nil : WaitCause.lock(node: nil, holders).remedy
        return .lock(on: chunk.table, holders, remedy: remedy, silent: await silent)
    }

    /// Runs work over connections to nodes, which are open before anybody waits.
    func reaching<Value: Sendable>(
        _ names: ArraySlice<String>, _ links: [String: any Link] = [:],
        _ work: ([String: any Link]) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        guard let name = names.first else { return try await work(links) }
        return try await cluster.asking(try node(name), keeping: kept, timeout: .seconds(30)) {
            link throws(ClusterError) in
            try await reaching(names.dropFirst(), links.merging([name: link]) { $1 }, work)
        }
    }
}
