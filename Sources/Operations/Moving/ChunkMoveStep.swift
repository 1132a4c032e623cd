package import ClusterAccess
package import MultiNode

/// Moves a chunk to another node, copies it there, or drops a copy of it.
///
/// A copy counts only when it was compared with its source while nobody wrote, and the record that the access node keeps of
/// it goes only after that. Killed at any instant, the next run finds the record: what is half made is removed, what is
/// made is compared.
package struct ChunkMoveStep: Step {
    package let move: ChunkMove
    package let chunk: Chunk
    /// Tells its first copy from all others of the chunk.
    private let firstNumber: UInt64
    private let common: ChunkMoveCommon

    var maxLock: Duration { common.maxLock }
    /// How long it waits for those that read the destination as it was before the copy.
    var patience: Duration { common.patience(move.bytes) }
    var site: any MovingSite { common.site }
    private var capabilities: Capabilities { common.capabilities }
    private var firstName: ChunkCopyName { ChunkCopyName(chunk: move.chunk, number: firstNumber) }

    private func newName() -> ChunkCopyName { ChunkCopyName(chunk: move.chunk, number: common.newNumber()) }

    /// Some copies fail because the one who reads the replication slot has not let it go yet.
    private static let busyAttempts = 4
    /// After so many copies that writers overtook the next is made while they wait.
    private static let openAttempts = 2
    /// So often a COPY that waited may write to the old copies alone.
    private static let outrunAttempts = 3
    /// So many copies may differ that were made while writers waited.
    private static let unlikeAttempts = 4
    /// So many copies may lack what transactions wrote that could not see them, as it is luck at which moment there are none; as long
    /// as those would be waited for.
    private static let unseenAttempts = 30
    /// So often something else than a writer can't be in the way.
    private static let mostAttempts = 8
    /// How often it is tried to remove what a step that ended before its time has left.
    private static let cleaningAttempts = 10
    /// How often that may fail.
    private static let cleaningFailures = 3

    package init(_ move: ChunkMove, of chunk: Chunk, _ common: ChunkMoveCommon) {
        self.move = move
        self.chunk = chunk
        self.common = common
        firstNumber = common.newNumber()
    }

    package var name: String { chunk.name.shownName }

    package var weight: Int64 { move.kind == .drop ? 1 : max(1, move.bytes) }

    package var places: [StepPlace] {
        guard let destination = move.destination else { return [] }
        return [StepPlace.source(move.source), .destination(destination)]
    }

    /// What it sends to the access node where nobody overtakes it. The owner of a chunk is read in the transaction.
    package var plan: Plan {
        let wait = ChunkHold.longest(maxLock)
        let writers =
            ChunkCopySQL.hold(chunk.table, id: chunk.tableID, waiting: wait, within: maxLock)
            + ChunkCopySQL.hold(chunk: chunk.name, waiting: wait)
        let hold =
            move.kind == .copy
            ? writers : writers + [ChunkCopySQL.hold(copyOf: chunk.name, on: [move.source], capabilities)]
        guard let destination = move.destination else {
            return Plan([.transaction(hold + [ChunkCopySQL.drop(chunk.name, on: move.source, capabilities)])])
        }
        let actions = decision(destination).actionsWhenEqual(for: chunk, successor: destination, capabilities)
        let renewing = decision(destination).keepsAll ? [Plan.Step.transaction(hold + actions)] : []
        return Plan(
            [.statement(ChunkCopySQL.copy(chunk.name, from: move.source, to: destination, as: firstName))] + renewing
                + [
                    .transaction(
                        hold + actions + (capabilities.isSuperuser ? [ChunkCopySQL.delete(firstName.text)] : []))
                ] + (capabilities.isSuperuser ? [] : [.statement(ChunkCopySQL.forget(firstName.text))]))
    }

    private var nodes: [String] { [move.source] + (move.destination.map { [$0] } ?? []) }

    package var looksForObstacles: Bool { true }

    package func obstacle() async -> ClusterError? {
        if let node = await site.goneNode(among: nodes) { return .isGone(node) }
        return move.destination.flatMap { site.isFull($0) ? .isFull($0) : nil }
    }

    package func isNeeded() async throws(ClusterError) -> Bool {
        guard let state = try await site.state(of: chunk) else { return false }
        return !state.isBehind(move)
    }

    package func run(_ report: StepReport) async throws(ClusterError) -> ChunkMoveResult {
        do throws(ClusterError) {
            return try await carryOut(report)
        } catch {
            if error.kind != .interrupted { site.suspect(nodes) }
            if error.isOfFullDisk, let node = error.node { site.noteFull(node) }
            throw error
        }
    }

    /// A copy was never made of one that is dropped.
    package func isToBeAsked(after error: ClusterError) -> Bool { move.destination != nil || error.leavesDoubt }

    package var settling: String {
        move.destination == nil
            ? "the access node's answer where it is now" : "the removal of what its copy has left behind"
    }

    private func carryOut(_ report: StepReport) async throws(ClusterError) -> ChunkMoveResult {
        while true {
            let result = try await site.claiming(chunk) { claim throws(ClusterError) in
                try await work(claim, report)
            }
            if let result { return result }
            report.waits(for: "another tscl that works on the chunk")
            if report.isToStop { throw .interrupted }
            // Where that one was killed, its call goes on.
            for copying in try await site.records(of: chunk) where copying.isRunning {
                await site.look(after: copying)
            }
            try await site.pause()
        }
    }

    /// Removes what the step has left: that holds back the source's log, and an unproved copy is read.
    ///
    /// - Throws: also where something stays, what that is and what removes it.
    package func result(after error: ClusterError) async throws(ClusterError) -> ChunkMoveResult? {
        var left: ClusterError?
        var failures = 0
        for _ in 0..<Self.cleaningAttempts {
            do throws(ClusterError) {
                let state = try await site.state(of: chunk)
                if state?.isBehind(move) == true { return ChunkMoveResult(done) }
                let rest = try await site.claiming(chunk) { _ throws(ClusterError) in try await cleanUp() }
                if let rest, rest.isEmpty { return state == nil ? ChunkMoveResult(.gone) : nil }
                // Whoever else has the chunk cleans up as well. One that still runs ends by itself.
                left = rest?.first.map { .stays($0, because: .running($0)) }
            } catch {
                failures += 1
                guard error.kind != .interrupted, failures < Self.cleaningFailures else { throw error }
                left = error
            }
            // The session that was broken off needs a moment to end.
            try await site.pause()
        }
        if let left { throw left }
        return nil
    }

    package func unsettled(_ error: ClusterError, because left: ClusterError) -> ClusterError {
        move.destination.map { error.leaving(left, of: chunk, on: $0) } ?? error
    }

    /// Cleans up after all copies of the chunk that are not running.
    ///
    /// - Returns: those that are.
    private func cleanUp() async throws(ClusterError) -> [ChunkCopying] {
        let copyings = try await site.records(of: chunk)
        for copying in copyings where !copying.isRunning {
            do throws(ClusterError) {
                try await site.cleanUp(copying, isOwnCall: false, nil)
            } catch {
                throw .stays(copying, because: error)
            }
        }
        return copyings.filter(\.isRunning)
    }

    private var done: ChunkMoveResult.State {
        switch move.kind {
        case .move: .moved
        case .copy: .copied
        case .drop: .dropped
        }
    }

    // MARK: The work

    private func work(_ claim: any ChunkClaim, _ report: StepReport) async throws(ClusterError) -> ChunkMoveResult {
        guard let destination = move.destination else { return try await drop(claim, report) }
        var overtaken = 0
        // This session's own copies, which are not at work any more when they are looked at.
        var own: Set<String> = []
        var (busy, outrun, standstills, written, unheld, unlike) = (0, 0, 0, 0, 0, 0)
        var lastStandstill: HoldStandstill?
        // The destination, once nobody reads there any more who can't see the last copy.
        var awaited: Set<String> = []
        // One of those who could not, and how many copies were other ones behind them.
        var older: OpenSnapshot?
        var unseen = 0
        let began = ContinuousClock.now
        func lacked() -> ClusterError? {
            guard unseen > 0, let older else { return nil }
            return .isWrittenByOlder(chunk, move.source, destination, older, copies: unseen)
        }
        // Writers wait for the end of a copy alone; where that was not enough, for all of the next, until one
        // waits for one of them.
        var wasLate = false
        func waitUntilFree() async throws(ClusterError) {
            busy += 1
            guard busy < Self.busyAttempts else { throw .isBusy(chunk, move.source) }
            report.waits(for: "a replication slot on \(move.source)")
            try await site.pause()
        }
        while true {
            guard let state = try await site.state(of: chunk) else {
                try await cleanUp(own, report)
                return ChunkMoveResult(.gone)
            }
            if state.isBehind(move) { return ChunkMoveResult(done) }
            if let running = state.copyings.first(where: { $0.isRunning && !own.contains($0.operation) }) {
                report.waits(for: "the copy \(running.operation), which still runs")
                if report.isToStop { throw .interrupted }
                await site.look(after: running)
                try await site.pause()
                continue
            }
            if let copying = state.unproved(from: move.source, to: destination),
                state.standing.nodes.contains(destination)
            {
                var hadOlder = !awaited.isEmpty
                if awaited.isEmpty {
                    if let reader = try await site.waitForOlderReaders(
                        on: destination, of: chunk, within: patience, report)
                    {
                        (older, hadOlder) = (reader, true)
                    }
                    awaited = [destination]
                }
                let (result, verdict) = try await settle(
                    copying.operation, to: destination, awaited: awaited, claim, report)
                if let result { return result }
                if case .readBefore(let snapshots) = verdict {
                    older = snapshots.first
                    try await site.wait(untilOver: snapshots, of: chunk, within: patience, report)
                    awaited = [destination]
                    continue
                }
                if case .different = verdict, hadOlder, older != nil {
                    unseen += 1
                    // One that is made while writers wait lacks nothing of theirs.
                    if overtaken < Self.openAttempts, CopyEstimate.time(move.bytes) < maxLock { overtaken += 1 }
                    if unseen < Self.unseenAttempts, began.duration(to: .now) < patience, !report.isToStop {
                        report.waits(
                            for:
                                "a moment at which nobody writes to the chunk who has read \(destination) before; it begins anew"
                        )
                        continue
                    }
                }
                if case .givenBack(let standstill) = verdict {
                    lastStandstill = standstill
                    try await wait(behind: standstill, &standstills, report)
                    continue
                }
                if case .written(let node) = verdict { await site.healDoubts(on: [node], report) }
                overtaken += 1
                guard overtaken < Self.mostAttempts else {
                    // Whoever is let go writes to the old copy.
                    if let lastStandstill { throw .standsStill(chunk, lastStandstill, standstills) }
                    throw lacked() ?? unsettled(verdict, destination)
                }
                continue
            }
            guard state.copyings.isEmpty else {
                for copying in state.copyings {
                    try await site.cleanUp(copying, isOwnCall: own.contains(copying.operation), report)
                }
                continue
            }
            if move.onlyLeaves, !state.standing.nodes.contains(move.source) { return ChunkMoveResult(.elsewhere) }
            try check(state.standing, destination)
            let name = overtaken + busy + unseen == 0 ? firstName : newName()
            own.insert(name.text)
            awaited = []
            if overtaken < Self.openAttempts {
                switch try await copy(to: destination, as: name, own, claim, report) {
                case .made: continue
                case .failing:
                    overtaken += 1
                    // Whoever updates or deletes rows has the next fail as well, until he waits himself.
                    if CopyEstimate.time(move.bytes) < maxLock {
                        (overtaken, wasLate) = (max(overtaken, Self.openAttempts), true)
                    }
                case nil: try await waitUntilFree()
                }
            } else {
                let isLate = !wasLate
                wasLate = true
                let (result, verdict) = try await copyHolding(
                    to: destination, as: name, own, isLate: isLate, claim, report)
                if let result { return result }
                switch verdict {
                case nil: try await waitUntilFree()
                case .givenBack(let standstill)?:
                    wasLate = false
                    try await cleanUpBegun(own, report)
                    try await wait(behind: standstill, &standstills, report)
                case .readBefore(let snapshots)?:
                    older = snapshots.first
                    try await site.wait(untilOver: snapshots, of: chunk, within: patience, report)
                    awaited = [destination]
                case .outrun?:
                    outrun += 1
                    guard outrun < Self.outrunAttempts else {
                        throw .outrun(chunk, destination, attempts: outrun)
                    }
                    report.waits(for: "a moment at which no COPY waits")
                    try await site.pause()
                case .unheld(let wait)? where unheld + 1 < ChunkHold.attempts:
                    unheld += 1
                    report.waits(for: wait)
                    if report.isToStop { throw .interrupted }
                    // Who has it there may be in doubt by now.
                    await site.healDoubts(on: [move.source, destination], report)
                    try await cleanUpBegun(own, report)
                    try await site.pause()
                case .written(let node)? where written < Self.writtenAttempts:
                    written += 1
                    try await waitForWriter(on: node, report)
                case .different? where isLate:
                    overtaken += 1
                    guard overtaken < Self.mostAttempts else {
                        throw lacked()
                            ?? .overtaken(
                                chunk, move.source, destination, CopyEstimate.time(move.bytes), within: maxLock)
                    }
                // Who writes to the chunk by its own name is not held while it is copied.
                case .different? where unlike + 1 < Self.unlikeAttempts:
                    unlike += 1
                    report.waits(
                        for: "a moment at which nobody writes to the chunk by its own name, or on a node itself")
                    try await site.pause()
                case let verdict?: throw lacked() ?? unsettled(verdict, destination)
                }
            }
        }
    }

    private func check(_ standing: ChunkStanding, _ destination: String) throws(ClusterError) {
        if standing.nodes.contains(destination) {
            let drop = "'chunk drop-copy \(Quoting.word(name)) --from \(Quoting.word(move.source))' drops the other one"
            throw ClusterError(
                "\(destination) has a copy of \(name) already", remedy: move.kind == .move ? drop : nil)
        }
        guard standing.nodes.contains(move.source) else {
            throw ClusterError(
                "\(move.source) has no copy of \(name) any more",
                remedy: "'chunk show \(Quoting.word(name))' shows where it is")
        }
    }

    /// Removes what a copy has left whose source is only busy for a moment.
    ///
    /// - Throws: any other error. What is left then is removed when the step has ended.
    func leaveIfBusy(
        _ error: ClusterError, _ own: Set<String>, _ report: StepReport
    ) async throws(ClusterError) {
        // object_in_use: appendix A of the PostgreSQL manual. The call may also have collided with a job that
        // compresses or decompresses the chunk.
        guard error.sqlstate == "55006" || error.isOfCollision || error.isOfRecompression else { throw error }
        try await cleanUp(own, report)
    }

    /// - Returns: nil if the source is busy for a moment; nothing is left then, nor of a copy that fails.
    private func copy(
        to destination: String, as name: ChunkCopyName, _ own: Set<String>, _ claim: any ChunkClaim,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyEnd? {
        do throws(ClusterError) {
            let end = try await claim.copy(
                from: move.source, to: destination, as: name, bytes: move.bytes,
                within: CopyEstimate.limit(move.bytes), report)
            if end == .failing {
                report.waits(
                    for: "a while without UPDATE, DELETE and compression, at which copies fail; it begins anew")
                try await cleanUp(own, report)
            }
            return end
        } catch {
            try await leaveIfBusy(error, own, report)
            return nil
        }
    }

    private func unsettled(_ verdict: CopyVerdict, _ destination: String) -> ClusterError {
        switch verdict {
        case .restated(let cause): .isRestated(chunk, cause)
        case .written(let node): .isWritten(chunk, on: node)
        case .overtaken: .copiesChanged(chunk)
        case .givenBack(let standstill): .standsStill(chunk, standstill, 1)
        case .unheld(let wait): .isUnheld(chunk, wait)
        case .equal, .different, .outrun, .readBefore: .notSettled(chunk, move.source, destination)
        }
    }

    /// - Returns: no result if writers have overtaken the copy, which is dropped then.
    private func settle(
        _ operation: String, to destination: String, awaited: Set<String>, _ claim: any ChunkClaim,
        _ report: StepReport
    ) async throws(ClusterError) -> (ChunkMoveResult?, CopyVerdict) {
        let verdict = try await claim.settle(
            decision(destination), of: operation, awaited: awaited, within: maxLock, copying: nil, report)
        return (try await end(verdict, operation, claim), verdict)
    }

    func decision(_ destination: String) -> CopyDecision {
        .take(from: move.source, to: destination, droppingSource: move.kind == .move)
    }

    func end(
        _ verdict: CopyVerdict, _ operation: String, _ claim: any ChunkClaim
    ) async throws(ClusterError) -> ChunkMoveResult? {
        switch verdict {
        case .overtaken, .givenBack, .readBefore, .unheld: return nil
        case .equal, .different, .outrun, .restated, .written: break
        }
        try await claim.forget(operation)
        guard case .equal(let rows, let held) = verdict else { return nil }
        return ChunkMoveResult(done, rows: rows, held: held)
    }

    /// Removes what copies of its own have begun and not ended.
    private func cleanUpBegun(_ own: Set<String>, _ report: StepReport) async throws(ClusterError) {
        for copying in try await site.records(of: chunk)
        where own.contains(copying.operation) && !(copying.isUnproved && copying.isOnDestination) {
            try await site.cleanUp(copying, isOwnCall: true, report)
        }
    }

    /// Removes what copies of the chunk have left. Where it was dropped meanwhile, as old chunks are, the destination may
    /// have got it all the same, and then no row of its time could be inserted.
    private func cleanUp(_ own: Set<String>, _ report: StepReport) async throws(ClusterError) {
        for copying in try await site.records(of: chunk) {
            try await site.cleanUp(copying, isOwnCall: own.contains(copying.operation), report)
        }
    }
}
